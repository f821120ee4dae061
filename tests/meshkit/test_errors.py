"""Errors: every row of the table survives the way over the wire, and no foreign text does."""

import asyncio

import grpc
import pytest

from meshkit import errors
from meshkit.client import calling, connect
from meshkit.errors import TABLE, FieldViolation, Internal, InvalidInput, MeshError, Overloaded
from meshkit.server import Binding
from meshkit.testing import serving
from sutradhar.speech.v1 import speech_pb2_grpc
from sutradhar.video.v1 import video_pb2, video_pb2_grpc
from tests.meshkit.speakers import VIDEO, Watcher, request, speech

ROWS = [kind for kind in TABLE if kind is not Internal]


def raising(error: Exception) -> Binding:
    """A service that raises `error`."""

    def behave(_: str) -> None:
        raise error

    return speech(behave)


async def caught(binding: Binding) -> MeshError:
    """What a caller of the service gets."""
    async with serving(binding) as channel:
        with pytest.raises(MeshError) as info, calling("speech"):
            await speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(request())
    return info.value


@pytest.mark.parametrize("kind", ROWS)
async def test_every_row_comes_back_as_it_was_raised(kind: type[MeshError]) -> None:
    """Class, code, HTTP status, reason, message and metadata are those that were raised."""
    raised = kind("Said so.", metadata={"key": "value"})

    got = await caught(raising(raised))

    assert kind is type(got)
    assert (raised.code, raised.http_status, raised.reason) == (got.code, got.http_status, got.reason)
    assert "Said so." == got.message
    assert {"key": "value"} == got.metadata


async def test_fields_reason_and_delay_come_back() -> None:
    """The details that a program acts on are kept."""
    violations = (FieldViolation("a.b", "too long"), FieldViolation("c[1]", "empty"))

    invalid = await caught(raising(InvalidInput("No.", reason="SPECIAL", violations=violations)))
    busy = await caught(raising(Overloaded("Later.", retry_after=1.5)))

    assert (violations, "a.b", "SPECIAL") == (invalid.violations, invalid.field, invalid.reason)
    assert 1.5 == busy.retry_after


async def test_more_faults_than_a_status_can_carry() -> None:
    """The trailers of a call have a limit: the first faults come back, and the error is what it was."""
    many = [FieldViolation(f"labels[{number}]", "x" * 200) for number in range(200)]

    got = await caught(raising(InvalidInput("No.", violations=many)))

    assert (InvalidInput, tuple(many[:20])) == (type(got), got.violations)


async def test_an_unexpected_error_says_nothing_of_itself() -> None:
    """An exception's text stays in the log."""
    got = await caught(raising(RuntimeError("secret-of-the-house")))

    assert Internal is type(got)
    assert "secret" not in str(got)


async def test_a_streams_error_comes_after_its_answers() -> None:
    """A server stream that fails midway has given what it had."""
    watcher = Binding(
        VIDEO,
        video_pb2_grpc.add_VideoServiceServicer_to_server,
        Watcher(InvalidInput("Stop.")),  # type: ignore[abstract]
    )
    seen = []

    async with serving(watcher) as channel:
        stub = video_pb2_grpc.VideoServiceStub(channel)

        async def watch() -> None:
            with calling("video"):
                async for answer in stub.WatchVideo(video_pb2.WatchVideoRequest(job_id="a")):
                    seen.append(answer.event.event_id)

        with pytest.raises(InvalidInput):
            await watch()

    assert ["1-0", "2-0"] == seen


async def test_an_error_of_a_neighbour_passes_through() -> None:
    """What a downstream service raised reaches the caller of the upstream one unchanged."""
    async with serving(raising(errors.NotFound("No such voice.", reason="NO_VOICE"))) as neighbour:
        stub = speech_pb2_grpc.SpeechServiceStub(neighbour)

        async def forward(text: str) -> str:
            return str(await stub.Synthesize(request(text)))

        got = await caught(speech(forward))

    assert (errors.NotFound, "NO_VOICE") == (type(got), got.reason)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, errors.BackendUnavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, errors.DeadlineExceeded),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, errors.Overloaded),
        (grpc.StatusCode.CANCELLED, errors.Cancelled),
        (grpc.StatusCode.UNIMPLEMENTED, errors.Unimplemented),
        (grpc.StatusCode.INVALID_ARGUMENT, errors.InvalidInput),
        (grpc.StatusCode.DATA_LOSS, errors.Internal),
        (grpc.StatusCode.UNKNOWN, errors.Internal),
    ],
)
def test_a_bare_code_gets_a_text_of_ours(code: grpc.StatusCode, kind: type[MeshError]) -> None:
    """Errors that are not from our services keep only their code."""
    bare = grpc.aio.AioRpcError(
        code, grpc.aio.Metadata(), grpc.aio.Metadata(), details="ipv4:10.0.0.1 refused"
    )

    got = errors.from_rpc_error(bare, "speech")

    assert kind is type(got)
    assert "10.0.0.1" not in got.message


async def test_nobody_there_is_unavailable_at_once() -> None:
    """A service that is not running fails its caller instead of keeping it."""
    channel = connect("127.0.0.1:1")

    with pytest.raises(errors.BackendUnavailable), calling("speech"):
        async with asyncio.timeout(10):
            await speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(request())
    await channel.close()
