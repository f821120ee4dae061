"""Deadlines go down with every call, and so does cancellation."""

import asyncio
from collections.abc import Iterator

import pytest

from meshkit import deadline
from meshkit.client import calling
from meshkit.errors import DeadlineExceeded
from meshkit.server import Binding
from meshkit.testing import serving
from sutradhar.speech.v1 import speech_pb2_grpc
from tests.meshkit.speakers import SPEECH, Speaker, remaining, request, speech


async def test_a_downstream_call_gets_what_is_left() -> None:
    """Two hops down, less time is left than the first caller gave, and more than nothing."""
    async with serving(speech(remaining)) as inner:
        stub = speech_pb2_grpc.SpeechServiceStub(inner)

        async def forward(text: str) -> str:
            return (await stub.Synthesize(request(text))).voice

        async with serving(speech(forward)) as outer:
            answer = await speech_pb2_grpc.SpeechServiceStub(outer).Synthesize(request(), timeout=5)

    assert 0 < float(answer.voice) < 5 - deadline.MARGIN_SECONDS


async def test_without_a_deadline_a_call_is_still_bounded() -> None:
    """A caller that sets no limit gets the client's own."""
    async with serving(speech(remaining)) as channel:
        answer = await speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(request())

    # gRPC rounds a deadline up to three digits on its way.
    assert 0 < float(answer.voice) < 61


@pytest.fixture
def own_context() -> Iterator[None]:
    """No deadline outlives its test."""
    yield
    deadline.enter(None)


@pytest.mark.usefixtures("own_context")
def test_late_work_is_refused_before_it_begins() -> None:
    """A deadline that is over, or smaller than the margin, raises."""
    with pytest.raises(DeadlineExceeded):
        deadline.enter(0)

    deadline.enter(deadline.MARGIN_SECONDS / 2)
    with pytest.raises(DeadlineExceeded):
        deadline.budget(10)


@pytest.mark.usefixtures("own_context")
def test_the_smaller_limit_wins() -> None:
    """A call's own limit holds when it is the smaller one."""
    deadline.enter(100)

    assert 1 == deadline.budget(1)
    assert 99 < (deadline.budget(None) or 0) < 100


async def test_a_call_made_too_late_says_so() -> None:
    """A servicer whose time is over gets DeadlineExceeded from downstream at once."""
    async with serving(speech(str)) as channel:
        stub = speech_pb2_grpc.SpeechServiceStub(channel)
        deadline.enter(deadline.MARGIN_SECONDS / 2)
        with pytest.raises(DeadlineExceeded), calling("speech"):
            await stub.Synthesize(request())


async def test_cancellation_reaches_the_work() -> None:
    """When the caller goes away, the servicer's coroutine is cancelled."""
    begun = asyncio.Event()

    async def wait(_: str) -> None:
        begun.set()
        await asyncio.Event().wait()

    speaker = Speaker(wait)
    binding = Binding(SPEECH, speech_pb2_grpc.add_SpeechServiceServicer_to_server, speaker)
    async with serving(binding) as channel:
        call = asyncio.ensure_future(speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(request()))
        await begun.wait()
        call.cancel()
        async with asyncio.timeout(5):
            await speaker.cancelled.wait()

    assert speaker.cancelled.is_set()


async def test_a_deadline_that_passes_is_told_as_such() -> None:
    """The caller of slow work gets DeadlineExceeded."""

    async def wait(_: str) -> None:
        await asyncio.Event().wait()

    async with serving(speech(wait)) as channel:
        with pytest.raises(DeadlineExceeded), calling("speech"):
            await speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(request(), timeout=0.2)
