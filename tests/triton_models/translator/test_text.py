"""One text from its pieces to its answer: what is joined, what fails, and what is not done in vain."""

import pytest
from piece import CANCELLED, MODEL_FAILED
from routes import Hop

from tests.triton_models.translator.networks import (
    SECONDS,
    THROUGH_ENGLISH,
    Caller,
    Echo,
    Gate,
    begin,
    counts,
    desk,
)


def test_a_text_is_translated_piece_by_piece_and_joined() -> None:
    """With the white space of the source; what is no text stays as it is."""
    echo = Echo()
    with desk(echo) as place:
        answer = begin(place, " One two.\n\nThree ...\t\u200b ").result(SECONDS)

    assert (" One two.\n\nThree...\t\u200b ", "") == (answer.text, answer.error)
    assert [("One", "two", "."), ("Three", "...")] == sorted(
        source[2:] for _, sources in echo.asked for source in sources
    )


def test_the_score_is_of_all_tokens() -> None:
    """The log-probability of all pieces by the number of their tokens, each with its end."""
    with desk(Echo()) as place:
        short, both = (
            begin(place, text).result(SECONDS) for text in ("One two.", "One two. Now three four five.")
        )

    assert pytest.approx(-1 / 3) == short.score
    assert pytest.approx(-(4 / 3 + 6 / 5) / 10) == both.score


def test_both_hops_count_for_the_score() -> None:
    """Of the same tokens twice, it is the same."""
    with desk(Echo()) as place:
        answer = begin(place, "कल लोग आए", THROUGH_ENGLISH).result(SECONDS)

    assert pytest.approx(-1 / 3) == answer.score


@pytest.mark.parametrize("hops", [THROUGH_ENGLISH[:1], THROUGH_ENGLISH])
def test_a_piece_that_fails_fails_its_text(hops: tuple[Hop, ...]) -> None:
    """Rather than the source in the translation's place; the next text is another."""
    with desk(Echo()) as place:
        failed = begin(place, "लोग। poison। आए।", hops).result(SECONDS)
        good = begin(place, "लोग", hops).result(SECONDS)

    assert ("", MODEL_FAILED, "") == (failed.text, failed.error, good.error)


def test_what_is_dropped_is_cancelled() -> None:
    """Not translated as its own source."""
    gate = Gate(Echo())
    with desk(gate) as place:
        first = begin(place, "First.")
        assert gate.has_begun.wait(SECONDS)
        waiting = begin(place, "Second one. And third.")
        waiting.add_done_callback(lambda _: gate.is_open.set())
        place.scheduler.close(SECONDS)

    assert "" == first.result(SECONDS).error
    assert ("", CANCELLED) == (waiting.result(SECONDS).text, waiting.result(SECONDS).error)


def test_a_name_that_one_hop_protects_the_next_one_protects_too() -> None:
    """Though it does not look like one among Latin letters."""
    echo = Echo()
    with desk(echo) as place:
        answer = begin(place, "यह org.freedesktop.DBus है", THROUGH_ENGLISH).result(SECONDS)

    assert "org.freedesktop.DBus" in answer.text
    assert [(1, True), (1, True)] == [
        (len(sources), "ID1" in sources[0] and "org.freedesktop.DBus" not in sources[0])
        for _, sources in echo.asked
    ]


def test_digits_are_native_at_the_end_of_the_way_only() -> None:
    """English in between keeps its own."""
    echo = Echo()
    with desk(echo) as place:
        answer = begin(place, "कल १२ लोग", THROUGH_ENGLISH, native_digits=True).result(SECONDS)

    assert "১২" in answer.text
    assert all("12" in sources[0] for _, sources in echo.asked)


def test_the_second_hop_is_not_for_those_who_have_gone() -> None:
    """Nothing more is computed."""
    gate = Gate(Echo())
    with desk(gate) as place:
        caller = begin(place, "कल लोग आए", THROUGH_ENGLISH)
        assert gate.has_begun.wait(SECONDS)
        caller.waits = False
        gate.is_open.set()
        answer = caller.result(SECONDS)

    assert CANCELLED == answer.error
    assert (1, 0) == (counts(place).computed, counts(place).dropped)


@pytest.mark.parametrize("text", ["...", "।", "\u200b"])
def test_a_text_without_words_comes_back(text: str) -> None:
    """Whether a network has seen it or not."""
    with desk(Echo()) as place:
        answer = begin(place, text).result(SECONDS)

    assert (text, "") == (answer.text, answer.error)


@pytest.mark.parametrize(("piece_tokens", "longest_source"), [(4, 200), (100, 6)])
def test_no_piece_is_longer_than_it_may_be(piece_tokens: int, longest_source: int) -> None:
    """By the configuration, or by the network, which has two places for tags."""
    echo = Echo()
    words = " ".join(f"w{number}" for number in range(30))
    with desk(echo, piece_tokens=piece_tokens, longest_source=longest_source) as place:
        answer = begin(place, words).result(SECONDS)

    assert words == answer.text
    assert 6 == max(len(source) for _, sources in echo.asked for source in sources)


def test_an_answer_that_loops_is_asked_for_once_more() -> None:
    """Without repetitions; the score is that of the second."""
    echo = Echo()
    with desk(echo) as place:
        answer = begin(place, "one loop here").result(SECONDS)

    assert "one loop here" == answer.text
    assert pytest.approx(-1 / 3) == answer.score
    assert [False, True] == [lane.options.is_mending for lane, _ in echo.asked]


def test_a_loop_is_better_than_nothing() -> None:
    """Where the second answer fails."""
    with desk(Echo()) as place:
        answer = begin(place, "stuck here").result(SECONDS)

    assert ("la la la la la la la la", "") == (answer.text, answer.error)


@pytest.mark.parametrize(
    ("text", "mends_loops", "waits"),
    [("one loop here", False, True), ("loop" + " loop" * 9, True, True), ("a loop", True, False)],
)
def test_some_loops_stay(text: str, mends_loops: bool, waits: bool) -> None:
    """When the configuration says so, when the source repeats itself, too, and when nobody waits for it."""
    gate = Gate(echo := Echo())
    with desk(gate, mends_loops=mends_loops) as place:
        caller: Caller = begin(place, text)
        assert gate.has_begun.wait(SECONDS)
        caller.waits = waits
        gate.is_open.set()
        answer = caller.result(SECONDS)

    assert ("la la la la la la la la", 1) == (answer.text, len(echo.asked))
    assert 0 == counts(place).dropped
