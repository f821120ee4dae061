"""Every RPC as a REST route, by its descriptor alone."""

import base64
from typing import Any

import aiohttp
import pytest
from google.protobuf.json_format import MessageToDict

from gateway import clients
from gateway.rules import rules
from sutradhar.video.v1 import video_pb2
from tests.gateway.conftest import ADMIN_KEY, API_KEY, World, picture

PHOTO = base64.b64encode(picture()).decode()
# One good request for every RPC: verb, path, JSON body, and what the service must have been asked.
TABLE: list[tuple[str, str, str, Any, dict[str, Any]]] = [
    ("Detect", "POST", "/v1/images:detect", {"image": {"data": PHOTO}}, {"image": {"data": PHOTO}}),
    (
        "DetectBatch",
        "POST",
        "/v1/images:detectBatch",
        {"images": [{"data": PHOTO}, {"data": PHOTO}]},
        {"images": [{"data": PHOTO}] * 2},
    ),
    ("DetectVideo", "POST", "/v1/clips:detect", {"video": "YWJj"}, {"video": "YWJj"}),
    ("ListClasses", "GET", "/v1/classes", None, {}),
    (
        "Translate",
        "POST",
        "/v1/texts:translate",
        {"texts": ["hi"], "targetLanguage": "hi"},
        {"texts": ["hi"], "target_language": "hi"},
    ),
    (
        "TranslateDocument",
        "POST",
        "/v1/documents:translate",
        {"text": "hi", "target_language": "hi"},
        {"text": "hi", "target_language": "hi"},
    ),
    (
        "Transliterate",
        "POST",
        "/v1/texts:transliterate",
        {"texts": ["hi"], "target": "Beng"},
        {"texts": ["hi"], "target": "Beng"},
    ),
    ("DetectLanguage", "POST", "/v1/texts:detectLanguage", {"texts": ["hi"]}, {"texts": ["hi"]}),
    ("ListLanguages", "GET", "/v1/languages", None, {}),
    (
        "Synthesize",
        "POST",
        "/v1/speech:synthesize",
        {"text": "hi", "language": "hi", "gender": "GENDER_MALE", "pitch": 1.5},
        {"text": "hi", "language": "hi", "gender": "GENDER_MALE", "pitch": 1.5},
    ),
    ("ListVoices", "GET", "/v1/voices?language=hi", None, {"language": "hi"}),
    (
        "CreateVideo",
        "POST",
        "/v1/videos",
        {"image": {"data": PHOTO}, "options": {"text": "x"}, "labels": {"a": "b"}},
        {"image": {"data": PHOTO}, "options": {"text": "x"}, "labels": {"a": "b"}},
    ),
    ("GetVideo", "GET", "/v1/videos/known", None, {"job_id": "known"}),
    (
        "ListVideos",
        "GET",
        "/v1/videos?page_size=5&state=JOB_STATE_FAILED&pageToken=t",
        None,
        {"page_size": 5, "state": "JOB_STATE_FAILED", "page_token": "t"},
    ),
    ("CancelVideo", "POST", "/v1/videos/known:cancel", None, {"job_id": "known"}),
    (
        "WatchVideo",
        "GET",
        "/v1/videos/known:watch?after_event_id=1-0",
        None,
        {"job_id": "known", "after_event_id": "1-0"},
    ),
    (
        "SetVideoWebhook",
        "PUT",
        "/v1/videos/known/webhook",
        {"webhook_url": "https://example.org"},
        {"job_id": "known", "webhook_url": "https://example.org"},
    ),
    (
        "ReportVideo",
        "POST",
        "/v1/videos/known:report",
        {"state": 4},
        {"job_id": "known", "state": "JOB_STATE_FAILED"},
    ),
    ("ListFilters", "GET", "/v1/filters", None, {}),
    ("GetQueue", "GET", "/v1/queue", None, {}),
]


def test_the_table_has_every_rpc() -> None:
    """A new RPC must be added to the table."""
    known = sorted(rule.method.name for rule in rules(clients.methods()))

    assert known == sorted(row[0] for row in TABLE)
    assert known == sorted(method.name for method in clients.methods())


@pytest.mark.parametrize(("name", "verb", "path", "body", "asked"), TABLE, ids=[row[0] for row in TABLE])
async def test_every_rpc(
    world: World, name: str, verb: str, path: str, body: Any, asked: dict[str, Any]
) -> None:
    """Each route asks its service for what the caller said, and gives 200."""
    world.jobs["known"] = video_pb2.Job(job_id="known")

    async with world.http.request(verb, path, json=body, headers={"X-API-Key": ADMIN_KEY}) as answer:
        await answer.read()

    assert 200 == answer.status
    assert f"{name}Request" == world.asked.DESCRIPTOR.name
    assert asked == MessageToDict(world.asked, preserving_proto_field_name=True)


FAULTS = [
    ({"texts": ["a"], "target_language": "hi", "nonsense": 1}, "nonsense", "UNKNOWN_FIELD"),
    ({"texts": "a", "target_language": "hi"}, "texts", "WRONG_TYPE"),
    ({"texts": ["a", 5], "target_language": "hi"}, "texts[1]", "WRONG_TYPE"),
    ({"texts": ["a"], "target_language": 5}, "target_language", "WRONG_TYPE"),
    ({"texts": ["a"], "target_language": "hi", "beam_size": "many"}, "beam_size", "WRONG_TYPE"),
    ({"texts": ["a"], "target_language": "hi", "beam_size": 1.5}, "beam_size", "WRONG_TYPE"),
    ({"texts": ["a"], "target_language": "hi", "beam_size": 99}, "beam_size", "INVALID_INPUT"),
    ({"texts": [], "target_language": "hi"}, "texts", "INVALID_INPUT"),
    ({"texts": ["\ud800"], "target_language": "hi"}, "texts[0]", "WRONG_TYPE"),
]


@pytest.mark.parametrize(("body", "field", "reason"), FAULTS)
async def test_faults_name_the_field(world: World, body: Any, field: str, reason: str) -> None:
    """A body that does not fit the contract is a 400 that names the field."""
    async with world.http.post("/v1/texts:translate", json=body) as answer:
        problem = await answer.json()

    assert (400, field, reason) == (answer.status, problem["field"], problem["reason"])
    assert "application/problem+json" == answer.content_type
    assert not world.notebook.asked


NESTED = [
    ({"image": {"data": "!"}}, "image.data"),
    ({"image": {"nope": 1}}, "image.nope"),
    ({"image": []}, "image"),
    ({"image": {"data": PHOTO}, "options": {"labels": [1]}}, "options.labels[0]"),
    ({"image": {"data": PHOTO}, "options": {"min_confidence": "NaN"}}, "options.min_confidence"),
    ({"image": {"data": PHOTO, "uri": "http://x.example"}}, "image"),
    ({}, "image"),
    ({"image": {}}, "image"),
]


@pytest.mark.parametrize(("body", "field"), NESTED)
async def test_nested_faults(world: World, body: Any, field: str) -> None:
    """A fault deep inside has its whole path."""
    async with world.http.post("/v1/images:detect", json=body) as answer:
        problem = await answer.json()

    assert (400, True) == (answer.status, problem["field"].startswith(field))


MALFORMED = [
    b"{",
    b"[]",
    b"5",
    b"\xff",
    b'{"a": NaN}',
    b'{"texts": ["a"], "texts": ["b"]}',
    b'{"\\ud800": 1}',
    b"[" * 100_000,
    b'{"a":' * 50 + b"1" + b"}" * 50,
    b'{"a": ' + b"9" * 5000 + b"}",
    b'{"texts": [' + b"1," * 100_001 + b"1]}",
    b'{"texts": [' + b"[]," * 100_001 + b"1]}",
    b'{"texts": [' + b"1," * 1_000_001 + b"1]}",
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
async def test_malformed_json(world: World, body: bytes) -> None:
    """What is not a plain JSON object is a 400, whatever it is."""
    async with world.http.post(
        "/v1/texts:translate", data=body, headers={"Content-Type": "application/json"}
    ) as got:
        problem = await got.json()

    assert (400, "MALFORMED_JSON") == (got.status, problem["reason"])


QUERIES = [
    ("/v1/videos?nope=1", "nope", "UNKNOWN_FIELD"),
    ("/v1/videos?page_size=x", "page_size", "WRONG_TYPE"),
    ("/v1/videos?page_size=1&page_size=2", "page_size", "REPEATED_FIELD"),
    ("/v1/videos?state=NOPE", "state", "WRONG_TYPE"),
    ("/v1/videos?state=77", "state", "INVALID_INPUT"),
    ("/v1/videos?state=--5", "state", "WRONG_TYPE"),
    ("/v1/videos?state=" + "9" * 5000, "state", "WRONG_TYPE"),
    ("/v1/videos?page_size=101", "page_size", "INVALID_INPUT"),
    ("/v1/videos?page_size.x=1", "page_size.x", "UNKNOWN_FIELD"),
]


@pytest.mark.parametrize(("path", "field", "reason"), QUERIES)
async def test_queries(world: World, path: str, field: str, reason: str) -> None:
    """A query that does not fit the contract is a 400 that names the parameter."""
    async with world.http.get(path, headers={"Authorization": f"Bearer {ADMIN_KEY}"}) as answer:
        problem = await answer.json()

    assert (400, field, reason) == (answer.status, problem["field"], problem["reason"])


async def test_a_form_fills_bytes(world: World) -> None:
    """A form's file fills a bytes field by its dotted name, its other parts are values."""
    form = aiohttp.FormData()
    form.add_field("image.data", picture(), filename="dog.jpg", content_type="image/jpeg")
    form.add_field("options.labels", "dog")
    form.add_field("options.labels", "cat")
    form.add_field("options.min_confidence", "0.25")
    form.add_field("options.all_classes", "false")

    async with world.http.post("/v1/images:detect", data=form) as answer:
        body = await answer.json()

    assert (200, "dog") == (answer.status, body["detections"][0]["label"])
    assert picture() == world.asked.image.data
    assert (["dog", "cat"], 0.25) == (list(world.asked.options.labels), world.asked.options.min_confidence)


FORMS = [
    ("nope", "x", 400, "nope", "UNKNOWN_FIELD"),
    ("options.all_classes", "perhaps", 400, "options.all_classes", "WRONG_TYPE"),
    ("image.uri", "http://x.example", 400, "image.data", "CONFLICTING_FIELDS"),
]


@pytest.mark.parametrize(("name", "value", "status", "field", "reason"), FORMS)
async def test_form_faults(world: World, name: str, value: str, status: int, field: str, reason: str) -> None:
    """A form that does not fit the contract names the part."""
    form = aiohttp.FormData()
    form.add_field("image.data", picture(), filename="dog.jpg", content_type="image/jpeg")
    form.add_field(name, value)

    async with world.http.post("/v1/images:detect", data=form) as answer:
        problem = await answer.json()

    assert (status, field, reason) == (answer.status, problem["field"], problem["reason"])


ACCESS = [
    ({}, 401, "UNAUTHENTICATED"),
    ({"X-API-Key": API_KEY}, 403, "ADMIN_REQUIRED"),
    ({"X-API-Key": "x"}, 401, "KEY_UNKNOWN"),
]


@pytest.mark.parametrize(("headers", "status", "reason"), ACCESS)
async def test_admin_methods_need_the_key(
    world: World, headers: dict[str, str], status: int, reason: str
) -> None:
    """A method marked ACCESS_ADMIN is for administrators."""
    async with world.http.get("/v1/videos", headers=headers) as answer:
        problem = await answer.json()

    assert (status, reason) == (answer.status, problem["reason"])
    assert not world.notebook.asked


async def test_identity_and_deadline_travel(world: World) -> None:
    """The service gets the caller's request id and trace, and a deadline."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    async with world.http.get(
        "/v1/filters", headers={"X-Request-Id": "mine", "traceparent": trace}
    ) as answer:
        await answer.read()

    metadata = world.notebook.metadata[-1]
    assert ("mine", "mine") == (answer.headers["X-Request-Id"], metadata["x-request-id"])
    assert metadata["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c-")
    assert 0 < (world.notebook.time_left[-1] or 0) <= 30


async def test_a_body_of_another_type(world: World) -> None:
    """Only JSON and forms are read."""
    async with world.http.post(
        "/v1/texts:translate", data=b"a=b", headers={"Content-Type": "text/xml"}
    ) as answer:
        problem = await answer.json()

    assert (415, "BODY_TYPE_UNSUPPORTED") == (answer.status, problem["reason"])
    assert "not text/xml" in problem["detail"]


async def test_a_bad_picture_in_a_batch_fails_alone(world: World) -> None:
    """An address that may not be called is refused in its place, with the true reason; its neighbours are served."""
    body = {"images": [{"data": PHOTO}, {"uri": "http://127.0.0.1/x.jpg"}, {"data": PHOTO}]}

    async with world.http.post("/v1/images:detectBatch", json=body) as answer:
        results = (await answer.json())["results"]

    assert ["response", "error", "response"] == [next(iter(result)) for result in results]
    assert ("URL_NOT_ALLOWED", "uri") == (results[1]["error"]["reason"], results[1]["error"]["field"])
    assert results[1]["error"]["message"].startswith("uri: ")


@pytest.mark.parametrize("spelling", ["job_id", "jobId"])
async def test_the_path_counts_more_than_the_body(world: World, spelling: str) -> None:
    """A field that the path fills is not taken from the body, however it is spelt there."""
    world.jobs["a"] = video_pb2.Job(job_id="a")

    async with world.http.post("/v1/videos/a:cancel", json={spelling: "b"}) as answer:
        found = await answer.json()

    assert (200, "a") == (answer.status, found["job"]["jobId"])


async def test_limits_are_told_as_they_were_written(world: World) -> None:
    """0.05, not what a float of 32 bits makes of it."""
    body = {"image": {"data": PHOTO}, "options": {"min_confidence": 0.01}}

    async with world.http.post("/v1/images:detect", json=body) as answer:
        problem = await answer.json()

    assert (400, "options.min_confidence") == (answer.status, problem["field"])
    assert "0.05" in problem["detail"]
    assert "0.0500" not in problem["detail"] + problem["violations"][0]["description"]
