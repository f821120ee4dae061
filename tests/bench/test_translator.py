"""bench/translator.py"""

import pytest

from bench.harness import Load, Measured
from bench.translator import comparisons, main


def measured(case: str, per_second: float, seconds: float = 1.0, clients: int = 32) -> Measured:
    """One round of a hundred sentences that took so long each."""
    return Measured(case, clients, [Load([seconds] * 100, 100 / per_second, {"server": 1.0})])


def test_more_sentences_in_less_time() -> None:
    """Against the usual design both are aimed at."""
    (line,) = comparisons([measured("triton", 13, 0.9), measured("arrival", 10, 1.0)])

    assert (1.3, 1.3, True) == (line["per_second"], line["at_least"], line["met"])
    assert (0.9, 0.6, False) == (line["p50_ms"], line["p50_at_most"], line["p50_met"])


def test_goals_are_judged_before_rounding() -> None:
    """1.296 is shown as 1.3, and is less."""
    (line,) = comparisons([measured("triton", 12.96, 0.604), measured("arrival", 10, 1.0)])

    assert (1.3, False) == (line["per_second"], line["met"])
    assert (0.6, False) == (line["p50_ms"], line["p50_met"])


def test_the_stronger_setting_of_the_usual_design_is_only_told() -> None:
    """Goals are set against the other."""
    (line,) = comparisons([measured("grpc", 13), measured("arrival-split", 10)])

    assert ("grpc/arrival-split", 1.3) == (line["ratio"], line["per_second"])
    assert not {"met", "p50_met"} & set(line)


@pytest.mark.parametrize(("other", "least"), [("torch", 10.0), ("whole", 0.85)])
def test_the_others_are_compared_by_throughput(other: str, least: float) -> None:
    """They have no clients, so their latency says nothing."""
    (line,) = comparisons([measured("grpc", 10), measured(other, 10 / least)])

    assert (least, True, False) == (line["at_least"], line["met"], "p50_met" in line)


def test_goals_count_at_their_number_of_clients() -> None:
    """With another the ratio is only told."""
    (line,) = comparisons([measured("triton", 13, clients=4), measured("arrival", 10, clients=4)])

    assert "met" not in line


def test_the_flags_name_the_cases(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown one is refused."""
    with pytest.raises(SystemExit):
        main(["--cases", "fastest"])

    assert "invalid choice: 'fastest'" in capsys.readouterr().err
