"""A request of Triton and its one response."""

import time

import numpy as np
import pytest
import triton_python_backend_utils as triton
from piece import MODEL_FAILED
from request import Reply, items
from text import Answer
from wishes import Item

TEXTS = {
    "INPUT_TEXT": triton.strings("One.", "Zwei."),
    "INPUT_LANGUAGE_ID": triton.strings("eng_Latn", "deu_Latn"),
    "OUTPUT_LANGUAGE_ID": triton.strings("hin_Deva", "tam_Taml"),
}
OPTIONS = {
    "BEAM_SIZE": np.array([[0], [3]], np.int32),
    "MAX_LENGTH": np.array([[7], [8]], np.int32),
    "NATIVE_DIGITS": np.array([[True], [False]]),
}


def test_a_request_has_a_row_for_each_text() -> None:
    """With its options; what is 0 is not what is missing."""
    plain = [Item(b"One.", b"eng_Latn", b"hin_Deva"), Item(b"Zwei.", b"deu_Latn", b"tam_Taml")]
    full = [
        Item(b"One.", b"eng_Latn", b"hin_Deva", 0, 7, True),
        Item(b"Zwei.", b"deu_Latn", b"tam_Taml", 3, 8, False),
    ]

    assert plain == items(triton.Request(TEXTS))
    assert full == items(triton.Request(TEXTS | OPTIONS))


def test_answers_are_sent_when_the_last_one_is_there() -> None:
    """In the order of the rows, whichever came first; each with its score and its error."""
    request = triton.Request()
    reply = Reply(request, 3)
    for row, answer in ((2, Answer(error="EMPTY_TEXT")), (0, Answer("एक", -0.25))):
        reply.receiver(row)(answer)
    before = list(request.sent)
    reply.receiver(1)(Answer("दो", -1.5))
    (response,) = request.sent

    assert [] == before
    assert ["एक", "दो", ""] == [text.decode() for text in response.column("OUTPUT_TEXT")]
    assert [-0.25, -1.5, 0.0] == response.column("SCORE")
    assert [b"", b"", b"EMPTY_TEXT"] == response.column("ERROR")


def test_an_answer_that_never_came_is_an_error() -> None:
    """It is no empty translation: if one row is answered twice, another one is not."""
    request = triton.Request()
    reply = Reply(request, 2)
    for _ in range(2):
        reply.receiver(0)(Answer("एक", -0.25))

    assert [b"", MODEL_FAILED.encode()] == request.sent[0].column("ERROR")


@pytest.mark.parametrize(
    ("told", "code", "words"),
    [
        ("refuse_for_now", "UNAVAILABLE", "Exceeds maximum queue size"),
        ("refuse_for_good", "INVALID_ARG", "Too much text for one request"),
        ("give_up", "CANCELLED", "gone"),
        ("fail", "INTERNAL", "could not"),
    ],
)
def test_a_request_is_refused_as_a_whole(told: str, code: str, words: str) -> None:
    """In words that callers know."""
    request = triton.Request()
    getattr(Reply(request, 2), told)()
    error = request.sent[0].error

    assert error is not None
    assert code == error.code
    assert words in error.message


def test_triton_is_not_asked_for_every_piece() -> None:
    """Who waited just now still waits; who has gone has gone."""
    request = triton.Request()
    reply = Reply(request, 1)
    waited = [reply.is_wanted() for _ in range(100)]
    asked = request.asked
    request.has_gone = True
    end = time.monotonic() + 10
    while reply.is_wanted():
        assert time.monotonic() < end
    request.has_gone = False

    assert [True] * 100 == waited
    assert asked < 10
    assert not reply.is_wanted()
