"""Files of forms: where they go, in which order, and what is said of those that go nowhere."""

import aiohttp
import pytest

from tests.gateway.conftest import World, picture

CLIP = b"\0\0\0\x18ftypisom" + bytes(100)


def form(*files: tuple[str, bytes, str], **fields: str) -> aiohttp.FormData:
    """A form with files: field, bytes, media type."""
    data = aiohttp.FormData(default_to_multipart=True)
    for name, content, content_type in files:
        data.add_field(name, content, filename="upload", content_type=content_type)
    for name, value in fields.items():
        data.add_field(name.replace("__", "."), value)
    return data


async def test_a_batch_by_form(world: World) -> None:
    """A field of a list repeated is the list, in the order of the parts."""
    photos = [picture(size=(40 + number, 40)) for number in range(3)]
    body = form(*(("images.data", one, "image/jpeg") for one in photos), options__min_confidence="0.25")

    async with world.http.post("/v1/images:detectBatch", data=body) as answer:
        results = (await answer.json())["results"]

    assert (200, ["response"] * 3) == (answer.status, [next(iter(one)) for one in results])
    assert photos == [image.data for image in world.asked.images]
    assert 0.25 == world.asked.options.min_confidence
    assert 0 == world.gateway.budget.held


async def test_bad_files_of_a_batch_fail_alone(world: World) -> None:
    """A photo under a wrong type and an empty file are refused in their places, their neighbours served."""
    files = [("image/jpeg", picture()), ("image/png", picture()), ("image/jpeg", b""), ("", picture())]

    async with world.http.post(
        "/v1/images:detectBatch", data=form(*(("images.data", data, kind) for kind, data in files))
    ) as answer:
        results = (await answer.json())["results"]

    reasons = [one["error"]["reason"] if "error" in one else "" for one in results]
    assert (200, ["", "IMAGE_TYPE_MISLABELLED", "FILE_EMPTY", ""]) == (answer.status, reasons)
    assert "data: the file is empty." == results[2]["error"]["message"]


async def test_more_pictures_than_a_batch_holds(world: World) -> None:
    """The contract's rule counts a form's files, too."""
    body = form(*(("images.data", picture(), "image/jpeg") for _ in range(65)))

    async with world.http.post("/v1/images:detectBatch", data=body) as answer:
        problem = await answer.json()

    assert (400, "images") == (answer.status, problem["field"])


async def test_a_single_file_is_not_repeated(world: World) -> None:
    """Where one file belongs, a second one is refused."""
    body = form(("image.data", picture(), "image/jpeg"), ("image.data", picture(), "image/jpeg"))

    async with world.http.post("/v1/images:detect", data=body) as answer:
        problem = await answer.json()

    assert (400, "REPEATED_FIELD", "image.data") == (answer.status, problem["reason"], problem["field"])


NAMES = [
    ("/v1/images:detect", "image", "image.data, image.uri, options.min_confidence"),
    ("/v1/images:detect", "photo", "image.data, image.uri, options.min_confidence"),
    ("/v1/images:detectBatch", "images", "images.data, options.min_confidence"),
    ("/v1/clips:detect", "clip", "video, options.min_confidence"),
    ("/v1/videos", "photo", "image.data, image.uri, options.text"),
]


@pytest.mark.parametrize(("path", "name", "fields"), NAMES)
@pytest.mark.parametrize("data", [picture(), b"text"])
async def test_a_file_under_a_wrong_name(
    world: World, path: str, name: str, fields: str, data: bytes
) -> None:
    """The answer names the field and those that there are, whatever the file holds."""
    async with world.http.post(path, data=form((name, data, "image/jpeg"))) as answer:
        problem = await answer.json()

    assert (400, "UNKNOWN_FIELD", name) == (answer.status, problem["reason"], problem["field"])
    assert problem["detail"].startswith(f"{name}: there is no such field. The form's fields are {fields}")


async def test_a_file_where_text_belongs(world: World) -> None:
    """It is no broken form: the field is named."""
    body = form(("image.data", picture(), "image/jpeg"), ("options.labels", b"\xff\xfe", "image/jpeg"))

    async with world.http.post("/v1/images:detect", data=body) as answer:
        problem = await answer.json()

    assert (400, "WRONG_TYPE", "options.labels") == (answer.status, problem["reason"], problem["field"])


@pytest.mark.parametrize(
    ("path", "name"),
    [("/v1/images:detect", "image.data"), ("/v1/clips:detect", "video"), ("/v1/videos", "clip")],
)
async def test_an_empty_file(world: World, path: str, name: str) -> None:
    """An empty file is said to be empty."""
    async with world.http.post(path, data=form((name, b"", ""))) as answer:
        problem = await answer.json()

    assert (400, "FILE_EMPTY", f"{name}: the file is empty.") == (
        answer.status,
        problem["reason"],
        problem["detail"],
    )
    assert not world.notebook.asked


async def test_fields_that_were_left_empty(world: World) -> None:
    """A page sends them all, those of files included; they mean nothing, but their names must exist."""
    empty = {"image__uri": "", "options__minConfidence": "", "options__labels": "", "options__allClasses": ""}
    good = form(("image.data", picture(), "image/jpeg"), **empty)
    unknown = form(("image.data", picture(), "image/jpeg"), nope="")
    clip = form(("clip", CLIP, ""), image__data="", options__text="a", options__aspect="")

    async with world.http.post("/v1/images:detect", data=good) as answer:
        await answer.read()
    asked = world.asked
    async with world.http.post("/v1/images:detect", data=unknown) as refused:
        problem = await refused.json()
    async with world.http.post("/v1/videos", data=clip) as video:
        await video.read()

    assert (200, "data", []) == (answer.status, asked.image.WhichOneof("source"), list(asked.options.labels))
    assert not asked.options.HasField("min_confidence")
    assert (400, "nope") == (refused.status, problem["field"])
    assert (200, CLIP, False) == (video.status, world.asked.clip, world.asked.HasField("image"))


async def test_labels_of_a_job_by_form(world: World) -> None:
    """A map's entries are fields of their own."""
    body = form(("clip", CLIP, "video/mp4"), options__text="a", labels__colour="brown")

    async with world.http.post("/v1/videos", data=body) as answer:
        await answer.read()

    assert (200, {"colour": "brown"}) == (answer.status, dict(world.asked.labels))
