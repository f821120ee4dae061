"""A piece as a network reads it, and what becomes of it."""

import pytest
from decoding import Options, Output
from honesty import Record, Trust
from indictext import Piece
from piece import CANCELLED, MODEL_FAILED, Lane, Reader, Slot
from routes import ENGLISH, Hop

from tests.triton_models.translator.networks import SECONDS, Echo, Gate, Words, begin, counts, desk

HOP = Hop(0, ENGLISH, "hin_Deva")
LOOP = Output(("la",) * 8, -0.5, True)


class Owner:
    """The text that a piece is of."""

    def __init__(self) -> None:
        self.settled: list[tuple[Output | None, str]] = []

    def is_wanted(self) -> bool:
        return True

    def settle(self, output: Output | None, error: str) -> None:
        self.settled.append((output, error))


def slot(owner: Owner, text: str = "Dogs bark.") -> Slot:
    """One piece of a text."""
    return Slot(owner, Piece(" ", text, "\n"), Reader(Words(), HOP).read(text))


def test_a_piece_is_read_once() -> None:
    """It is measured without its two tags, and read afterwards."""
    reader = Reader(Words(), HOP)
    read = reader.read("Dogs bark.")

    assert (ENGLISH, "hin_Deva", "Dogs", "bark", ".") == read.tokens
    assert 3 == reader.size("Dogs bark.")
    assert read is reader.read("Dogs bark.")
    assert (True, False) == (read.is_text, reader.read("\u200b").is_text)


def test_names_are_protected_on_demand() -> None:
    """Where they stand; elsewhere nothing changes."""
    reader = Reader(Words(), HOP, frozenset(["x.Yz"]))

    assert (("Use", "<", "ID1", ">", "now"), ("Now", "go")) == (
        reader.read("Use x.Yz now").tokens[2:],
        reader.read("Now go").tokens[2:],
    )


def test_a_translation_stands_where_its_source_stood() -> None:
    """What has none stays."""
    done, open_ = slot(Owner()), slot(Owner())
    done.done(Output(("कुत्ते", "भौंकते", "हैं", "।"), -0.5, False))

    assert " कुत्ते भौंकते हैं।\n" == done.joined(Words(), Record(Trust()), native_digits=False)
    assert " Dogs bark.\n" == open_.joined(Words(), Record(Trust()), native_digits=False)


@pytest.mark.parametrize(("text", "expected"), [("Dogs bark.", True), ("ha " * 8, False)])
def test_a_loop_is_noted_unless_the_source_has_one(text: str, expected: bool) -> None:
    """What it repeats may be repeated."""
    looping, record = slot(Owner(), text), Record(Trust())
    looping.done(LOOP)
    looping.joined(Words(), record, native_digits=False)

    assert expected == record.has_loop


@pytest.mark.parametrize(("fate", "error"), [("failed", MODEL_FAILED), ("dropped", CANCELLED)])
def test_a_piece_without_an_answer_says_why(fate: str, error: str) -> None:
    """It is settled as an error, and as an answer where there is one already, be it a loop."""
    nothing, loop = Owner(), Owner()
    getattr(slot(nothing), fate)()
    with desk(gate := Gate(Echo())) as place:
        first = begin(place, "First.")
        assert gate.has_begun.wait(SECONDS)
        looping = slot(loop)
        looping.mend_with(place.scheduler, Lane(0, Options(2, 256)))
        looping.done(LOOP)
        settled_before = list(loop.settled)
        getattr(looping, fate)()
        gate.is_open.set()
        first.result(SECONDS)

    assert [(None, error)] == nothing.settled
    assert [] == settled_before
    assert (LOOP, "") == loop.settled[0]


def test_a_loop_that_cannot_be_mended_is_settled_at_once() -> None:
    """When everything has ended."""
    owner = Owner()
    with desk(Echo()) as place:
        looping = slot(owner)
        looping.mend_with(place.scheduler, Lane(0, Options(2, 256)))
    looping.done(LOOP)

    assert [(LOOP, "")] == owner.settled
    assert 0 == counts(place).computed
