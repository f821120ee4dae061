"""A small real servicer for tests of the runtime: what it does depends on the text that it is given."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from meshkit import deadline, tracing
from meshkit.server import Binding
from sutradhar.speech.v1 import speech_pb2, speech_pb2_grpc
from sutradhar.video.v1 import video_pb2, video_pb2_grpc

SPEECH = "sutradhar.speech.v1.SpeechService"
VIDEO = "sutradhar.video.v1.VideoService"


class Speaker(speech_pb2_grpc.SpeechServiceServicer):
    """Runs `behaviour(text)`; whatever it returns is spoken as the voice's name."""

    def __init__(self, behaviour: Callable[[str], Any]) -> None:
        self.behaviour = behaviour
        self.calls = 0
        self.cancelled = asyncio.Event()

    async def Synthesize(self, request: speech_pb2.SynthesizeRequest, context: Any) -> Any:
        self.calls += 1
        try:
            answer = self.behaviour(request.text)
            if asyncio.iscoroutine(answer):
                answer = await answer
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return speech_pb2.SynthesizeResponse(voice=str(answer))

    async def ListVoices(self, request: speech_pb2.ListVoicesRequest, context: Any) -> Any:
        return speech_pb2.ListVoicesResponse()


class Watcher(video_pb2_grpc.VideoServiceServicer):
    """Streams two events and then raises `error`, if any."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def WatchVideo(
        self, request: video_pb2.WatchVideoRequest, context: Any
    ) -> AsyncIterator[video_pb2.WatchVideoResponse]:
        for number in (1, 2):
            yield video_pb2.WatchVideoResponse(event=video_pb2.JobEvent(event_id=f"{number}-0"))
        if self.error:
            raise self.error


def speech(behaviour: Callable[[str], Any]) -> Binding:
    """A binding whose Synthesize runs `behaviour`."""
    return Binding(SPEECH, speech_pb2_grpc.add_SpeechServiceServicer_to_server, Speaker(behaviour))


def remaining(_: str) -> str:
    """Tells how many seconds the call has left."""
    return str(deadline.remaining())


def identity(_: str) -> str:
    """Tells for whom the call is."""
    known = tracing.current()
    return f"{known.request_id} {known.trace_id}" if known else ""


def request(text: str = "hello") -> speech_pb2.SynthesizeRequest:
    """A valid request."""
    return speech_pb2.SynthesizeRequest(text=text, language="en")
