"""JSON to messages, beyond what the routes' tests see."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import jsonproto
from meshkit.errors import InvalidInput
from sutradhar.detector.v1 import detector_pb2
from sutradhar.translator.v1 import translator_pb2
from sutradhar.video.v1 import video_pb2

KINDS = [
    detector_pb2.DetectBatchRequest.DESCRIPTOR,
    detector_pb2.DetectVideoResponse.DESCRIPTOR,
    translator_pb2.TranslateResponse.DESCRIPTOR,
    video_pb2.CreateVideoRequest.DESCRIPTOR,
    video_pb2.Job.DESCRIPTOR,
]
NAMES = sorted({field.name for kind in KINDS for field in kind.fields} | {"data", "uri", "text", "nope"})
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["1s", "YWI=", "NaN"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@settings(max_examples=60, deadline=None)
@given(payload=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5))
def test_any_object_is_read_or_refused(kind: Any, payload: dict[str, Any]) -> None:
    """Whatever the object, there is a message or a refusal that names a field; nothing else is raised."""
    try:
        message = jsonproto.to_message(payload, kind)
    except InvalidInput as refused:
        named = refused.field
    else:
        named = message.DESCRIPTOR.name

    assert named


@pytest.mark.parametrize("place", [0, 1, 499, 998, 999])
def test_the_bad_item_of_a_long_list(place: int) -> None:
    """The item at fault is found wherever it stands."""
    texts: list[Any] = ["a"] * 1000
    texts[place] = 5

    with pytest.raises(InvalidInput) as refused:
        jsonproto.to_message({"texts": texts}, translator_pb2.TranslateRequest.DESCRIPTOR)

    assert f"texts[{place}]" == refused.value.field


def test_a_field_that_is_very_long() -> None:
    """A made-up name is repeated only in part."""
    with pytest.raises(InvalidInput) as refused:
        jsonproto.to_message({"x" * 5000: 1}, translator_pb2.TranslateRequest.DESCRIPTOR)

    assert jsonproto.MAX_PATH == len(refused.value.field)


def test_well_known_types_have_their_json_form() -> None:
    """Durations and times are written as the mapping says, and read back."""
    job = video_pb2.Job(job_id="a", result=video_pb2.VideoResult(size_bytes=2**40))
    job.create_time.FromJsonString("2026-01-02T03:04:05Z")
    job.result.duration.FromMilliseconds(1500)

    written = jsonproto.encode(job)

    assert ("2026-01-02T03:04:05Z", "1.500s") == (written["createTime"], written["result"]["duration"])
    assert str(2**40) == written["result"]["sizeBytes"]
    assert job == jsonproto.to_message(json.loads(json.dumps(written)), video_pb2.Job.DESCRIPTOR)
