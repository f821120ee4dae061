"""SpeechService of speech.proto: convert, call, convert."""

from typing import Any

from services.speech import convert
from services.speech.speech import Speech
from sutradhar.speech.v1 import speech_pb2 as pb
from sutradhar.speech.v1 import speech_pb2_grpc as pb_grpc


class SpeechServicer(pb_grpc.SpeechServiceServicer):
    """Serves a Speech."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech

    async def Synthesize(self, request: pb.SynthesizeRequest, context: Any) -> pb.SynthesizeResponse:
        """Speak one text."""
        return convert.from_utterance(await self._speech.synthesize(*convert.to_wish(request)))

    async def ListVoices(self, request: pb.ListVoicesRequest, context: Any) -> pb.ListVoicesResponse:
        """List the voices."""
        return convert.from_voices(self._speech.voices(request.language))
