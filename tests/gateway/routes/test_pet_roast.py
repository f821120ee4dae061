"""The pet-roast dialect, route by route and refusal by refusal."""

from typing import Any

import aiohttp
import pytest

from meshkit import errors
from sutradhar.video.v1 import video_pb2
from tests.gateway.conftest import Start, World, picture
from tests.gateway.neighbours import ITEM_ERRORS, raised
from tests.gateway.sites import one_file

NO_PETS = {
    "detail": {
        "error": "no_pets_detected",
        "message": "No pets found in the uploaded image. Please upload an image or video containing pets (dogs, cats, "
        "birds, etc.) to generate a roast video.",
        "suggestion": "Try uploading a clear photo or video of your pet.",
    }
}


def form(photo: bytes | None = None, content_type: str = "image/jpeg", **fields: str) -> aiohttp.FormData:
    """A form with a photo."""
    data = aiohttp.FormData(default_to_multipart=True)
    if photo is not None:
        data.add_field("image", photo, filename="dog.jpg", content_type=content_type)
    for name, value in fields.items():
        data.add_field(name, value)
    return data


async def test_translate_text(world: World) -> None:
    """The answer has the dialect's five fields."""
    body = {"text": "Hello", "source_lang": "auto", "target_lang": "hi"}

    async with world.http.post("/api/translate-text", json=body) as answer:
        found = await answer.json()

    expected = {
        "translated_text": "[hi] Hello",
        "source_language": "en",
        "target_language": "hi",
        "task": "translation",
        "provider_metadata": {"engine": "triton", "model": "tiny", "cached": False, "score": -0.5}
        | {"quality": "demo", "confidence": 0.25, "low_confidence": True, "doubts": ["LOW_SCORE"]},
    }
    assert (200, expected) == (answer.status, found)


@pytest.mark.parametrize("names", [("source_language", "target_language"), ("source_lang", "target_lang")])
async def test_both_spellings(world: World, names: tuple[str, str]) -> None:
    """Old and new names of the languages mean the same."""
    async with world.http.post(
        "/api/translate-text", json={"text": "a", names[0]: "en", names[1]: "ta"}
    ) as answer:
        await answer.read()

    assert ("en", "ta") == (world.asked.source_language, world.asked.target_language)


MALFORMED: list[tuple[str, Any, list[list[str]]]] = [
    ("translate-text", {"target_language": "hi"}, [["body", "text"]]),
    ("translate-text", {}, [["body", "text"], ["body", "target_language"]]),
    ("translate-text", {"text": 5, "target_language": "hi"}, [["body", "text"]]),
    ("translate-text", {"text": "", "target_language": "hi"}, [["body", "text"]]),
    ("translate-text", {"text": "x" * 2001, "target_language": "hi"}, [["body", "text"]]),
    ("translate-text", {"text": "a", "target_language": "hi", "task": "poetry"}, [["body", "task"]]),
    ("generate-video", {"text": "a"}, [["body", "image_url"]]),
    ("generate-video", {"text": "a", "image_url": 5}, [["body", "image_url"]]),
    (
        "generate-video",
        {"text": "a", "image_url": "http://x.example", "aspect": "round"},
        [["body", "aspect"]],
    ),
    ("generate-video", {"text": "a", "image_url": "http://x.example", "voice": "child"}, [["body", "voice"]]),
]


@pytest.mark.parametrize(("route", "body", "places"), MALFORMED, ids=range(len(MALFORMED)))
async def test_malformed_bodies(world: World, route: str, body: Any, places: list[list[str]]) -> None:
    """A malformed body is a 422 whose detail lists the fields."""
    async with world.http.post(f"/api/{route}", json=body) as answer:
        found = await answer.json()

    assert (422, places) == (answer.status, [fault["loc"] for fault in found["detail"]])
    assert {"loc", "msg", "type"} == set(found["detail"][0])
    assert ("application/json", []) == (answer.content_type, world.notebook.asked)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b""])
async def test_broken_json(world: World, body: bytes) -> None:
    """A body that is no JSON object is a 422 on the body as a whole."""
    async with world.http.post("/api/translate-text", data=body) as answer:
        found = await answer.json()

    assert (422, ["body"]) == (answer.status, found["detail"][0]["loc"])


async def test_translation_without_a_model(world: World) -> None:
    """A missing model is a 503 that says what to do."""
    async with world.http.post("/api/translate-text", json={"text": "a", "target_language": "ur"}) as answer:
        found = await answer.json()

    assert (503, "No model: run `make models`.") == (answer.status, found["detail"])


FAILED = (502, "AI4Bharat/Revid error")
STATUSES = {
    "EMPTY_TEXT": (400, "Why not."),
    "TEXT_TOO_LONG": (400, "Why not."),
    "UNDETECTED_LANGUAGE": (400, "Why not."),
    "ROMANISED_TEXT": (400, "Why not."),
    "UNSUPPORTED_DIRECTION": (400, "Why not."),
    "CANCELLED": (503, "Why not."),
    "MODEL_FAILED": FAILED,
    "PROVIDER_REFUSED": FAILED,
    "PROVIDER_ERROR": FAILED,
    "NOT_FOUND": FAILED,
    "INTERNAL": FAILED,
    "OUT_OF_MEMORY": FAILED,
}


@pytest.mark.parametrize(("reason", "field"), ITEM_ERRORS.items())
async def test_the_error_of_the_only_text_is_the_answers(world: World, reason: str, field: str) -> None:
    """What the caller can mend is a 400 that names the field; what only a model says is a provider's failure."""
    async with world.http.post(
        "/api/translate-text", json={"text": reason, "target_language": "hi"}
    ) as answer:
        found = await answer.json()

    assert STATUSES[reason] == (answer.status, found["detail"])
    assert (reason, field) == (found["reason"], found.get("field", ""))


async def test_generate_video_with_a_file(world: World) -> None:
    """A form queues a job with everything that it says."""
    fields = {
        "text": "Roast my lazy dog!",
        "target_language": "hi",
        "source_lang": "en",
        "filter_id": "desi-fire",
        "webhook_url": "https://example.org/hook",
        "provider": "studio",
        "aspect": "landscape",
        "voice": "F",
    }

    async with world.http.post("/api/generate-video", data=form(picture(), **fields)) as answer:
        found = await answer.json()

    options = world.asked.options
    assert (202, {"job_id": "job-0", "status": "queued"}) == (answer.status, found)
    assert (picture(), "https://example.org/hook") == (world.asked.image.data, world.asked.webhook_url)
    assert ("Roast my lazy dog!", "en", "hi") == (
        options.text,
        options.source_language,
        options.target_language,
    )
    assert ("desi-fire", "studio") == (options.filter_id, options.provider)
    assert (video_pb2.ASPECT_LANDSCAPE, video_pb2.VOICE_GENDER_FEMALE) == (
        options.aspect,
        options.voice_gender,
    )


async def test_empty_form_fields_are_not_given(world: World) -> None:
    """What a browser leaves empty means nothing."""
    async with world.http.post(
        "/api/generate-video", data=form(picture(), text="a", aspect="", image_url="")
    ) as answer:
        assert 202 == answer.status


async def test_a_key_makes_it_idempotent(world: World) -> None:
    """Idempotency-Key becomes the request's id; a malformed one is named."""
    for key, status in (("abcdefgh", 202), ("not good!", 400)):
        async with world.http.post(
            "/api/generate-video", data=form(picture(), text="a"), headers={"Idempotency-Key": key}
        ) as answer:
            found = await answer.json()

        assert status == answer.status
    assert "Idempotency-Key" == found["field"]


async def test_no_pets(world: World) -> None:
    """A photo without a pet has the one answer that is fixed to the letter."""
    async with world.http.post("/api/generate-video", data=form(picture(), text="a windmill")) as answer:
        found = await answer.json()

    assert (400, NO_PETS, {}) == (answer.status, found, world.jobs)


PHOTOS = [
    (b"hello", "image/jpeg", 415, "IMAGE_TYPE_UNSUPPORTED"),
    (b"hello", "application/octet-stream", 415, "IMAGE_TYPE_UNSUPPORTED"),
    (picture("GIF"), "image/gif", 415, "IMAGE_TYPE_UNSUPPORTED"),
    (picture("PNG"), "image/jpeg", 415, "IMAGE_TYPE_MISLABELLED"),
    (picture("PNG")[:20], "image/png", 400, "IMAGE_UNREADABLE"),
    (picture(size=(31, 64)), "image/jpeg", 400, "IMAGE_TOO_SMALL"),
    (picture("PNG", (8000, 5001)), "image/png", 400, "IMAGE_TOO_MANY_PIXELS"),
    (b"", "image/jpeg", 400, "FILE_EMPTY"),
    (b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024), "image/jpeg", 413, "PART_TOO_LARGE"),
    (b"\xff\xd8\xff" + b"\0" * (33 * 1024 * 1024), "image/jpeg", 413, "BODY_TOO_LARGE"),
]


@pytest.mark.parametrize(("photo", "kind", "status", "reason"), PHOTOS, ids=range(len(PHOTOS)))
async def test_bad_photos(world: World, photo: bytes, kind: str, status: int, reason: str) -> None:
    """Each fault of a photo has its status and reason and names the field."""
    async with world.http.post("/api/generate-video", data=form(photo, kind, text="a")) as answer:
        found = await answer.json()

    assert (status, reason) == (answer.status, found["reason"])
    assert "image" == found.get("field", "image")
    assert not world.jobs


@pytest.mark.parametrize("kind", ["image/jpeg", "image/jpg", "application/octet-stream", ""])
async def test_good_labels(world: World, kind: str) -> None:
    """The right type, its common misspelling and no type at all are accepted."""
    async with world.http.post("/api/generate-video", data=form(picture(), kind, text="a")) as answer:
        assert 202 == answer.status


ADDRESSES = [
    ("http://127.0.0.1/dog.jpg", "image_url", "URL_NOT_ALLOWED"),
    ("http://169.254.169.254/latest", "image_url", "URL_NOT_ALLOWED"),
    ("ftp://example.org/dog.jpg", "image_url", "URL_NOT_ALLOWED"),
    ("http://localhost:1/dog.jpg", "image_url", "URL_NOT_ALLOWED"),
]


@pytest.mark.parametrize(("url", "field", "reason"), ADDRESSES)
async def test_bad_addresses(world: World, url: str, field: str, reason: str) -> None:
    """An address that may not be fetched is a 400 that names image_url."""
    async with world.http.post("/api/generate-video", json={"text": "a", "image_url": url}) as answer:
        found = await answer.json()

    assert (400, field, reason) == (answer.status, found["field"], found["reason"])
    assert field in found["detail"]


async def test_generate_video_with_an_address(start: Start) -> None:
    """The gateway fetches the photo; the service gets bytes."""
    async with start(allow_private_urls=True) as world, one_file(picture()) as url:
        async with world.http.post("/api/generate-video", json={"text": "a", "image_url": url}) as answer:
            await answer.read()

        assert (202, picture()) == (answer.status, world.asked.image.data)


async def test_an_address_without_a_picture(start: Start) -> None:
    """What lies at the address is checked like a file; the fault is image_url's."""
    async with start(allow_private_urls=True) as world, one_file(b"<html>") as url:
        async with world.http.post("/api/generate-video", json={"text": "a", "image_url": url}) as answer:
            found = await answer.json()

        assert (415, "image_url") == (answer.status, found["field"])


REFUSALS = [
    ({"filter_id": "nope"}, "filter_id"),
    ({"webhook_url": "http://10.0.0.1/"}, "webhook_url"),
    ({"webhook_url": "nonsense"}, "webhook_url"),
]


@pytest.mark.parametrize(("fields", "field"), REFUSALS)
async def test_other_refusals(world: World, fields: dict[str, str], field: str) -> None:
    """Other faults are 400s that name the dialect's own field."""
    async with world.http.post("/api/generate-video", data=form(picture(), text="a", **fields)) as answer:
        found = await answer.json()

    assert (400, field) == (answer.status, found["field"])
    assert found["detail"].startswith(field)


async def test_an_empty_file_is_not_given(start: Start) -> None:
    """A browser sends a file field that was left empty, too: then the address counts."""
    empty = form(b"", "application/octet-stream", text="a")
    async with start(allow_private_urls=True) as world, one_file(picture()) as url:
        empty.add_field("image_url", url)
        async with world.http.post("/api/generate-video", data=empty) as answer:
            assert 202 == answer.status
        assert picture() == world.asked.image.data


@pytest.mark.parametrize("extra", [{"image_url": "http://x.example"}])
async def test_photo_given_twice(world: World, extra: dict[str, str]) -> None:
    """A file and an address together are a 422."""
    async with world.http.post("/api/generate-video", data=form(picture(), text="a", **extra)) as answer:
        assert 422 == answer.status


ROWS = [kind for kind in errors.TABLE if kind is not errors.Cancelled]


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.__name__)
async def test_every_error_of_the_table(world: World, kind: type[errors.MeshError]) -> None:
    """Every error of a service has the table's status, and a detail."""
    error = world.notebook.raises = raised(kind)

    async with world.http.get("/api/banuba-filters") as answer:
        found = await answer.json()

    fixed = {errors.NotFound: "Job ID not found", errors.ProviderError: "AI4Bharat/Revid error"}
    assert errors.TABLE[kind].http_status == answer.status
    assert fixed.get(kind, error.message) == found["detail"]
    assert ("application/json", answer.status) == (answer.content_type, found["status"])
