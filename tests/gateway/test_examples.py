"""Every example of the document is a request that works: "Execute" on the page needs a file or nothing."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from gateway.openapi import document
from sutradhar.video.v1 import video_pb2
from tests.gateway.conftest import ADMIN_KEY, SECRET, World, picture, start_world
from tests.gateway.sites import one_file

DOCUMENT = document()
FORM = "multipart/form-data"
CLIP = b"\0\0\0\x18ftypisom" + bytes(100)
BODIES = [
    (verb, path, kind)
    for path, item in DOCUMENT["paths"].items()
    for verb, one in item.items()
    for kind in one.get("requestBody", {}).get("content", ())
]
FORMS = [(path, verb) for verb, path, kind in BODIES if kind == FORM]
JOB = "example-job"


@pytest.fixture
async def open_world(tmp_path: Path) -> AsyncIterator[World]:
    """A world that follows addresses to this machine, with a job to speak of."""
    async with start_world(tmp_path, allow_private_urls=True) as world:
        world.jobs[JOB] = video_pb2.Job(job_id=JOB)
        yield world


def content(path: str, verb: str, kind: str) -> dict[str, Any]:
    """What the document says of one body."""
    found: dict[str, Any] = DOCUMENT["paths"][path][verb]["requestBody"]["content"][kind]
    return found


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["schemas"][name] | schema if name else schema


def is_file(schema: dict[str, Any]) -> bool:
    """True where the page shows a file chooser."""
    return "binary" in (schema.get("format"), schema.get("items", {}).get("format"))


def prefilled(schema: dict[str, Any]) -> Any:
    """What the page writes into the field before anybody has typed: what Swagger UI takes, in its order."""
    schema = resolved(schema)
    for found in (*schema.get("examples", ())[:1], *([schema["default"]] if "default" in schema else ())):
        return found
    return schema["enum"][0] if "enum" in schema else "string"


def as_text(value: Any) -> str:
    """A value as the page sends it."""
    return value if isinstance(value, str) else json.dumps(value)


def page_form(path: str, verb: str) -> aiohttp.FormData:
    """What the page sends when a file was chosen and nothing was typed: fields without a value, too, but empty."""
    form, chosen = aiohttp.FormData(default_to_multipart=True), False
    for name, schema in content(path, verb, FORM)["schema"]["properties"].items():
        if is_file(schema):
            if not chosen:
                data = CLIP if "clips" in path else picture()
                form.add_field(name, data, filename="chosen", content_type="")
            else:
                form.add_field(name, "")
            chosen = True
        else:
            value = prefilled(schema)
            for one in value or [""] if isinstance(value, list) else [value]:
                form.add_field(name, as_text(one))
    return form


async def send(world: World, verb: str, path: str, **body: Any) -> tuple[int, str]:
    """Sends a body as an administrator; gives status and answer."""
    where = path.replace("{job_id}", JOB)
    headers = {"X-API-Key": ADMIN_KEY, **body.pop("headers", {})}
    async with world.http.request(verb, where, headers=headers, **body) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("verb", "path", "kind"), BODIES, ids=[f"{path} {kind.partition('/')[2]}" for _, path, kind in BODIES]
)
async def test_every_example_works(open_world: World, verb: str, path: str, kind: str) -> None:
    """The example of every body, as it stands; only an address is that of a photo of ours."""
    example = content(path, verb, kind)["example"]
    async with one_file(picture()) as url:
        if "image_url" in example:
            assert "example.org" == urlsplit(example["image_url"]).hostname
            example = example | {"image_url": url}
        if kind == FORM:
            form = page_form(path, verb)
            status, text = await send(open_world, verb, path, data=form)
        else:
            raw = json.dumps(example).replace('"string"', f'"{JOB}"').encode()
            signature = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
            headers = {"Content-Type": kind, "X-Revid-Signature": signature}
            status, text = await send(open_world, verb, path, data=raw, headers=headers)

    assert (True, "") == (200 <= status < 300, "" if status < 300 else text)


@pytest.mark.parametrize(("path", "verb"), FORMS, ids=[path for path, _ in FORMS])
async def test_a_forms_example_is_what_the_page_fills_in(path: str, verb: str) -> None:
    """The example of a form as a whole says what those of its fields say together."""
    body = content(path, verb, FORM)
    fields = {name: prefilled(one) for name, one in body["schema"]["properties"].items() if not is_file(one)}
    given = {name: value for name, value in fields.items() if value not in ("", [], False)}
    unsaid = {name for name, value in given.items() if str(value).endswith("_UNSPECIFIED")}

    assert body["example"] == {name: value for name, value in given.items() if name not in unsaid}


@pytest.mark.parametrize(("path", "verb"), FORMS, ids=[path for path, _ in FORMS])
def test_files_come_first(path: str, verb: str) -> None:
    """Where a file belongs in, the page shows the form first, and its file choosers above the rest."""
    body = DOCUMENT["paths"][path][verb]["requestBody"]["content"]
    fields = [is_file(one) for one in body[FORM]["schema"]["properties"].values()]

    assert FORM == next(iter(body))
    assert fields == sorted(fields, reverse=True)
    assert True in fields


def test_the_samples_are_small() -> None:
    """A photo and a clip in base64 are still text that one can scroll past."""
    sizes = [len(json.dumps(content(path, verb, kind)["example"])) for verb, path, kind in BODIES]

    assert max(sizes) < 12_000
