"""A clip in place of a photo: as a file of a form and by address, told apart by content."""

import aiohttp
import pytest
from aiohttp import web

from meshkit import clips
from meshkit.errors import InvalidInput, Overloaded
from tests.gateway.conftest import Start, World, picture
from tests.gateway.routes.test_pet_roast import NO_PETS
from tests.gateway.sites import one_file, serve

MIB = 1024 * 1024
MP4 = b"\0\0\0\x18ftypisom" + bytes(100)
MOV = b"\0\0\0\x14ftypqt  " + bytes(100)
WEBM = b"\x1a\x45\xdf\xa3" + bytes(100)
HEIC = b"\0\0\0\x18ftypheic" + bytes(100)


def form(*files: tuple[str, bytes, str], **fields: str) -> aiohttp.FormData:
    """A form with files: field, bytes, media type."""
    data = aiohttp.FormData(default_to_multipart=True)
    for name, content, content_type in files:
        data.add_field(name, content, filename="upload", content_type=content_type)
    for name, value in {"text": "a", **fields}.items():
        data.add_field(name, value)
    return data


@pytest.mark.parametrize("field", ["image", "video"])
@pytest.mark.parametrize(
    ("clip", "content_type"),
    [
        (MP4, "video/mp4"),
        (MP4, "application/octet-stream"),
        (MOV, "video/quicktime"),
        (MOV, "video/mp4"),
        (WEBM, "video/webm"),
        (WEBM, ""),
    ],
)
async def test_a_clip_as_a_file(world: World, field: str, clip: bytes, content_type: str) -> None:
    """In either field of the form; the service gets it as the clip, and no photo."""
    async with world.http.post("/api/generate-video", data=form((field, clip, content_type))) as answer:
        found = await answer.json()

    assert (202, {"job_id": "job-0", "status": "queued"}) == (answer.status, found)
    assert clip == world.asked.clip
    assert not world.asked.HasField("image")


async def test_a_photo_in_the_field_of_clips(world: World) -> None:
    """What a file is, its first bytes say, not its field."""
    async with world.http.post(
        "/api/generate-video", data=form(("video", picture(), "image/jpeg"))
    ) as answer:
        await answer.read()

    assert (202, picture(), b"") == (answer.status, world.asked.image.data, world.asked.clip)


async def test_a_clip_of_32_mebibytes(world: World) -> None:
    """The largest that there may be arrives whole."""
    clip = MP4 + bytes(clips.MAX_BYTES - len(MP4))

    async with world.http.post("/api/generate-video", data=form(("video", clip, "video/mp4"))) as answer:
        await answer.read()

    assert 202 == answer.status
    assert clip == world.asked.clip
    assert 0 == world.gateway.budget.held


FAULTS = [
    ("video", MP4 + bytes(clips.MAX_BYTES), "video/mp4", 413, "PART_TOO_LARGE"),
    ("image", MP4 + bytes(clips.MAX_BYTES), "video/mp4", 413, "PART_TOO_LARGE"),
    ("video", b"hello", "text/plain", 415, "VIDEO_TYPE_UNSUPPORTED"),
    ("video", b"RIFF\x24\0\0\0AVI LIST", "video/x-msvideo", 415, "VIDEO_TYPE_UNSUPPORTED"),
    ("image", b"RIFF\x24\0\0\0AVI LIST", "video/x-msvideo", 415, "IMAGE_TYPE_UNSUPPORTED"),
    ("image", b"hello, this is a text", "text/plain", 415, "IMAGE_TYPE_UNSUPPORTED"),
    ("image", b"hello", "video/mp4", 415, "IMAGE_TYPE_UNSUPPORTED"),
    ("image", HEIC, "image/heic", 415, "IMAGE_TYPE_UNSUPPORTED"),
    ("video", b"", "video/mp4", 400, "FILE_EMPTY"),
    ("video", b"hello" + bytes(10 * MIB), "video/mp4", 413, "PART_TOO_LARGE"),
    ("video", picture() + bytes(10 * MIB), "image/jpeg", 413, "PART_TOO_LARGE"),
    ("video", WEBM, "video/mp4", 415, "VIDEO_TYPE_MISLABELLED"),
    ("video", MP4, "video/webm", 415, "VIDEO_TYPE_MISLABELLED"),
    ("image", MP4, "image/jpeg", 415, "VIDEO_TYPE_MISLABELLED"),
    ("image", picture(), "video/mp4", 415, "IMAGE_TYPE_MISLABELLED"),
    ("video", picture("PNG")[:20], "image/png", 400, "IMAGE_UNREADABLE"),
]


@pytest.mark.parametrize(("field", "data", "kind", "status", "reason"), FAULTS, ids=range(len(FAULTS)))
async def test_faults_name_the_field(
    world: World, field: str, data: bytes, kind: str, status: int, reason: str
) -> None:
    """Whatever is wrong with a file, its own field is named, and no job exists."""
    async with world.http.post("/api/generate-video", data=form((field, data, kind))) as answer:
        found = await answer.json()

    assert (status, reason, field) == (answer.status, found["reason"], found["field"])
    assert found["detail"].startswith(f"{field}:")
    assert not world.notebook.asked
    assert 0 == world.gateway.budget.held


TWICE: list[tuple[list[tuple[str, bytes, str]], dict[str, str]]] = [
    ([("image", picture(), ""), ("video", MP4, "")], {}),
    ([("video", MP4, "")], {"image_url": "http://x.example/"}),
    ([("image", picture(), ""), ("video", MP4, "")], {"image_url": "http://x.example/"}),
]


@pytest.mark.parametrize(("files", "fields"), TWICE, ids=range(len(TWICE)))
async def test_exactly_one(world: World, files: list[tuple[str, bytes, str]], fields: dict[str, str]) -> None:
    """Two of them are a 422."""
    async with world.http.post("/api/generate-video", data=form(*files, **fields)) as answer:
        found = await answer.json()

    assert (422, "value_error") == (answer.status, found["detail"][0]["type"])
    assert not world.notebook.asked


async def test_a_file_field_that_was_left_empty(world: World) -> None:
    """A page with both fields sends both; the one that holds something counts."""
    files = (("image", b"", "application/octet-stream"), ("video", MP4, "video/mp4"))

    async with world.http.post("/api/generate-video", data=form(*files)) as answer:
        await answer.read()

    assert (202, MP4) == (answer.status, world.asked.clip)


@pytest.mark.parametrize("data", [picture(), b"text"])
async def test_a_file_under_a_wrong_name(world: World, data: bytes) -> None:
    """The field is named, and those that there are."""
    async with world.http.post("/api/generate-video", data=form(("photo", data, "image/jpeg"))) as answer:
        found = await answer.json()

    fault = found["detail"][0]
    assert (422, ["body", "photo"]) == (answer.status, fault["loc"])
    assert "no such field" in fault["msg"].lower()
    assert "image, video, text, image_url, source_language" in fault["msg"]
    assert not world.notebook.asked


async def test_a_file_where_text_belongs(world: World) -> None:
    """It is no broken form: the field is named."""
    files = (("image", picture(), ""), ("filter_id", b"\xff\xfe", "image/jpeg"))

    async with world.http.post("/api/generate-video", data=form(*files)) as answer:
        found = await answer.json()

    assert (400, "WRONG_TYPE", "filter_id") == (answer.status, found["reason"], found["field"])


async def test_a_text_from_a_file(world: World) -> None:
    """A text may come as a file, which is what some clients make of it."""
    files = (("image", picture(), ""), ("text", b"Good dog!", "text/plain"))
    body = aiohttp.FormData(default_to_multipart=True)
    for name, content, content_type in files:
        body.add_field(name, content, filename="upload", content_type=content_type)

    async with world.http.post("/api/generate-video", data=body) as answer:
        await answer.read()

    assert (202, "Good dog!") == (answer.status, world.asked.options.text)


async def test_an_empty_text(world: World) -> None:
    """It was sent, so it is not missing: it is too short."""
    async with world.http.post("/api/generate-video", data=form(("image", picture(), ""), text="")) as answer:
        found = await answer.json()

    assert (422, "string_too_short") == (answer.status, found["detail"][0]["type"])


async def test_a_body_of_another_type(world: World) -> None:
    """What is neither JSON nor a form is refused by its type's name."""
    async with world.http.post("/api/generate-video", data={"text": "a"}) as answer:
        found = await answer.json()

    assert (415, "BODY_TYPE_UNSUPPORTED") == (answer.status, found["reason"])
    assert "not application/x-www-form-urlencoded" in found["detail"]


async def test_json_under_another_type(world: World) -> None:
    """JSON is read whatever it is called, as ever: some clients call nothing by its name."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    async with world.http.post("/api/generate-video", data=b'{"text": "a"}', headers=headers) as answer:
        found = await answer.json()

    assert (422, ["body", "image_url"]) == (answer.status, found["detail"][0]["loc"])


SERVICES = [
    (InvalidInput("clip: broken.", field="clip", reason="VIDEO_UNREADABLE"), 400, "video: broken."),
    (Overloaded("Two clips at once.", retry_after=5), 429, "Two clips at once."),
]


@pytest.mark.parametrize(("error", "status", "detail"), SERVICES, ids=range(len(SERVICES)))
async def test_what_the_service_refuses(
    world: World, error: InvalidInput | Overloaded, status: int, detail: str
) -> None:
    """It is told under the form's own name, and when to come back."""
    world.notebook.raises = error

    async with world.http.post("/api/generate-video", data=form(("video", MP4, ""))) as answer:
        found = await answer.json()

    assert (status, detail) == (answer.status, found["detail"])
    assert ("5" if status == 429 else None) == answer.headers.get("Retry-After")


async def test_a_clip_without_a_pet(world: World) -> None:
    """The one answer that is fixed to the letter."""
    async with world.http.post(
        "/api/generate-video", data=form(("video", MP4, ""), text="a windmill")
    ) as answer:
        found = await answer.json()

    assert (400, NO_PETS, {}) == (answer.status, found, world.jobs)


@pytest.mark.parametrize("size", [0, 11 * MIB, 31 * MIB])
async def test_a_clip_by_address(start: Start, size: int) -> None:
    """Small or larger than any picture, it is fetched and arrives whole; its bytes are given back in the end."""
    clip = MP4 + bytes(size)
    async with start(allow_private_urls=True) as world, one_file(clip, "video/mp4") as url:
        async with world.http.post("/api/generate-video", json={"text": "a", "image_url": url}) as answer:
            await answer.read()
        held = world.gateway.budget.held

        assert (202, True, 0) == (answer.status, clip == world.asked.clip, held)


ADDRESSES = [
    (MP4, "image/png", 415, "VIDEO_TYPE_MISLABELLED"),
    (picture(), "video/mp4", 415, "IMAGE_TYPE_MISLABELLED"),
    (b"<html>", "video/mp4", 415, "IMAGE_TYPE_UNSUPPORTED"),
    (picture() + bytes(11 * MIB), "image/jpeg", 413, "IMAGE_TOO_LARGE"),
    (MP4 + bytes(32 * MIB), "video/mp4", 413, "URL_TOO_LARGE"),
]


@pytest.mark.parametrize(("data", "kind", "status", "reason"), ADDRESSES, ids=range(len(ADDRESSES)))
async def test_bad_files_by_address(start: Start, data: bytes, kind: str, status: int, reason: str) -> None:
    """Each limit holds for what is fetched, too."""
    async with start(allow_private_urls=True) as world, one_file(data, kind) as url:
        async with world.http.post("/api/generate-video", json={"text": "a", "image_url": url}) as answer:
            found = await answer.json()

        assert (status, reason, "image_url") == (answer.status, found["reason"], found["field"])
        assert ([], 0) == (world.notebook.asked, world.gateway.budget.held)


async def test_servers_may_guess_the_type(start: Start) -> None:
    """A picture that a server calls another picture, and a clip that it calls nothing, are fetched."""
    async with start(allow_private_urls=True) as world:
        for data, kind in ((picture("PNG"), "image/jpeg"), (WEBM, "video/mp4"), (MOV, "text/plain")):
            async with one_file(data, kind) as url:
                body = {"text": "a", "image_url": url}
                async with world.http.post("/api/generate-video", json=body) as answer:
                    await answer.read()

            assert 202 == answer.status


async def test_room_for_a_clip_is_taken_before_it_is_fetched(start: Start) -> None:
    """Where 32 MiB are not free any more, a large file is not begun."""
    large = MP4 + bytes(11 * MIB)
    async with start(allow_private_urls=True, max_bytes_in_flight=31 * MIB) as world, one_file(large) as url:
        async with world.http.post("/api/generate-video", json={"text": "a", "image_url": url}) as answer:
            found = await answer.json()
        held = world.gateway.budget.held

    assert (429, "UPLOADS_FULL", 0) == (answer.status, found["reason"], held)


async def test_fetching_anew_has_the_same_rules(start: Start) -> None:
    """A large file whose address leads elsewhere the second time: to where no address may lead, it is not followed."""
    visits = 0

    async def turn(_: web.Request) -> web.Response:
        nonlocal visits
        visits += 1
        if visits > 1:
            raise web.HTTPFound("http://user:secret@127.0.0.1/")
        return web.Response(body=MP4 + bytes(11 * MIB), content_type="video/mp4")

    async with start(allow_private_urls=True) as world, serve(turn) as url:
        async with world.http.post("/api/generate-video", json={"text": "a", "image_url": url}) as answer:
            found = await answer.json()

    assert (400, "URL_NOT_ALLOWED", "image_url") == (answer.status, found["reason"], found["field"])
    assert (2, []) == (visits, world.notebook.asked)


@pytest.mark.parametrize("field", ["clip", "image.data"])
async def test_the_canonical_form(world: World, field: str) -> None:
    """`/v1/videos` takes a clip or a photo by its field; the declared type is looked at there, too."""
    data, kind = (MP4, "video/mp4") if field == "clip" else (picture(), "image/jpeg")
    right, wrong = aiohttp.FormData(), aiohttp.FormData()
    for one, content_type in ((right, kind), (wrong, "video/webm")):
        one.add_field(field, data, filename="upload", content_type=content_type)
        one.add_field("options.text", "a")

    async with world.http.post("/v1/videos", data=right) as answer:
        await answer.read()
    async with world.http.post("/v1/videos", data=wrong) as refused:
        found = await refused.json()

    assert (200, field == "clip") == (answer.status, bool(world.asked.clip))
    assert (415, field) == (refused.status, found["field"])


@pytest.mark.parametrize("given", [{}, {"clip": "AAAA", "image": {"data": "AAAA"}}])
async def test_the_canonical_route_takes_exactly_one(world: World, given: dict[str, object]) -> None:
    """The contract's rule, in words that name both."""
    async with world.http.post("/v1/videos", json={"options": {"text": "a"}, **given}) as answer:
        found = await answer.json()

    assert (400, "INVALID_INPUT") == (answer.status, found["reason"])
    assert "exactly one of image and clip" in found["detail"]
    assert not world.notebook.asked
