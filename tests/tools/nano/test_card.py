"""tools/nano/card.py"""

from typing import Any

from tools.nano.card import curve, table, training

SCORES = {
    "pets": 50.1,
    "everyday": 49.0,
    "narration": 40.0,
    "devotional": 41.5,
    "app": 60.0,
    "independent": 44.0,
}


def test_scores_become_a_table() -> None:
    """A row for each language, and the mean below."""
    rows: list[dict[str, Any]] = [
        {"language": "hi", "all": 48.2, **SCORES},
        {"mean": 48.2, "independent": 44.0, "to_indic": True, "sentences": 400},
    ]

    assert [
        "| language | all | pets | everyday | narration | devotional | app | independent |",
        "|---|---|---|---|---|---|---|---|",
        "| hi | 48.2 | 50.1 | 49.0 | 40.0 | 41.5 | 60.0 | 44.0 |",
        "| **mean** | **48.2** | | | | | | **44.0** |",
    ] == list(table(rows))


def test_a_curve_becomes_a_table() -> None:
    """By the share of the corpus."""
    rows = [{"direction": "en-indic", "steps": 1500, "share": 0.125, "mean": 20.5, "independent": 19.0}]

    assert "| en-indic | 1500 | 12.5% | 20.5 | 19.0 |" == list(curve(rows))[-1]


def test_losses_become_a_table() -> None:
    """Of five looks the first, second, fourth and last."""
    rows = [{"step": 500 * n, "minutes": 2.5 * n, "loss": 4.0, "stop": 3.5 - n / 4} for n in range(1, 6)]

    assert [
        "| 500 | 2.5 | 3.25 |",
        "| 1000 | 5.0 | 3.0 |",
        "| 2000 | 10.0 | 2.5 |",
        "| 2500 | 12.5 | 2.25 |",
    ] == list(training(rows))[2:]
