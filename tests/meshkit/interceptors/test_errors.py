"""meshkit/interceptors/errors.py: what is left of a call that failed. The codes are in tests/meshkit/test_errors.py."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc
import pytest

from meshkit.errors import BackendUnavailable, NotFound
from meshkit.server import Binding
from meshkit.testing import serving
from sutradhar.speech.v1 import speech_pb2, speech_pb2_grpc
from sutradhar.video.v1 import video_pb2, video_pb2_grpc
from tests.meshkit.speakers import SPEECH, VIDEO, request


class Held:
    """Stands for a picture of many megabytes that a handler has in hand."""


class Failing(speech_pb2_grpc.SpeechServiceServicer, video_pb2_grpc.VideoServiceServicer):
    """Has something in hand when it fails; `freed` tells when that has left the memory."""

    def __init__(self, error: Exception) -> None:
        self.freed = asyncio.Event()
        self._error = error

    async def Synthesize(self, request: speech_pb2.SynthesizeRequest, context: Any) -> Any:
        held = Held()
        weakref.finalize(held, self.freed.set)
        raise type(self._error)(*self._error.args)

    async def WatchVideo(
        self, request: video_pb2.WatchVideoRequest, context: Any
    ) -> AsyncIterator[video_pb2.WatchVideoResponse]:
        yield video_pb2.WatchVideoResponse()
        await self.Synthesize(speech_pb2.SynthesizeRequest(), context)


@pytest.fixture
def no_collection() -> Iterator[None]:
    """No garbage collection: what is not freed by itself stays."""
    gc.disable()
    yield
    gc.enable()


ERRORS = [NotFound("Not here."), BackendUnavailable("Away."), ValueError("a fault")]


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("error", ERRORS)
async def test_a_failed_call_keeps_nothing(error: Exception) -> None:
    """What the handler held is freed when the call has ended, without a collection of garbage."""
    servicer = Failing(error)  # type: ignore[abstract]
    binding = Binding(SPEECH, speech_pb2_grpc.add_SpeechServiceServicer_to_server, servicer)
    async with serving(binding) as channel:
        with pytest.raises(grpc.aio.AioRpcError):
            await speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(request())
        async with asyncio.timeout(5):
            await servicer.freed.wait()

    assert servicer.freed.is_set()


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("error", ERRORS)
async def test_a_failed_stream_keeps_nothing(error: Exception) -> None:
    """Neither does one that failed after its first answer."""
    servicer = Failing(error)  # type: ignore[abstract]
    binding = Binding(VIDEO, video_pb2_grpc.add_VideoServiceServicer_to_server, servicer)
    async with serving(binding) as channel:
        with pytest.raises(grpc.aio.AioRpcError):
            async for _ in video_pb2_grpc.VideoServiceStub(channel).WatchVideo(
                video_pb2.WatchVideoRequest(job_id="a")
            ):
                pass
        async with asyncio.timeout(5):
            await servicer.freed.wait()

    assert servicer.freed.is_set()
