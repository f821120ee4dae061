"""Channels: retries are for what the network lost, not for what a service said."""

import pytest

from meshkit.client import calling
from meshkit.errors import BackendUnavailable
from meshkit.server import Binding
from meshkit.testing import serving
from sutradhar.speech.v1 import speech_pb2_grpc
from tests.meshkit.speakers import SPEECH, Speaker, request


async def test_what_a_service_says_is_not_asked_again() -> None:
    """UNAVAILABLE raised by a service carries a pushback, so that hops do not multiply retries."""

    def away(_: str) -> None:
        raise BackendUnavailable("The model is away.")

    speaker = Speaker(away)
    binding = Binding(SPEECH, speech_pb2_grpc.add_SpeechServiceServicer_to_server, speaker)
    async with serving(binding) as channel:
        with pytest.raises(BackendUnavailable), calling("speech"):
            await speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(request())

    assert 1 == speaker.calls
