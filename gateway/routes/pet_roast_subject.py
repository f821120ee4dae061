"""What a new video is to show: a photo or a clip, as a file of a form or by address, told apart by content."""

from functools import partial
from typing import Any

from aiohttp import web

from gateway import bodies, jsonproto
from gateway.forms import empty_file
from gateway.jsonproto import MAX_PATH
from gateway.keys import GATEWAY
from gateway.media import check_declared, kind_of
from gateway.routes.pet_roast_errors import SUBJECT, unprocessable
from gateway.routes.pet_roast_models import GenerateVideo
from meshkit import clips, images
from meshkit.errors import InvalidInput
from sutradhar.video.v1.video_pb2 import CreateVideoRequest

JSON_BYTES = 64 * 1024
FORM_BYTES = clips.MAX_BYTES + 256 * 1024
FILES = ("image", "video")
TEXTS = {*GenerateVideo.model_fields, "source_lang", "target_lang"}
EXCLUSIVE = "Give one photo or clip: the file `image`, the file `video` or `image_url`"


class Parts:
    """The parts of the form: a photo or clip in either of two fields, texts in all others."""

    def limit(self, name: str) -> int | None:
        """The most bytes of a file; None where no file belongs."""
        return clips.MAX_BYTES if name in FILES else None

    def repeats(self, name: str) -> bool:
        """One file is enough."""
        return False

    def unplaced(self, name: str) -> None:
        """Some clients send texts as files. Raises InvalidInput (UNPROCESSABLE_BODY) when nothing has that name."""
        if name not in TEXTS:
            known = ", ".join((*FILES, *GenerateVideo.model_fields))
            fault = f"There is no such field. The form's fields are {known}"
            raise unprocessable((name[:MAX_PATH], fault, "extra_forbidden"))


async def read(request: web.Request) -> tuple[dict[str, Any], bodies.FilePart | None]:
    """The fields of a new video, and its file if it came as one, its declared type checked."""
    if not bodies.is_form(request):
        return await _read_json(request), None
    form = await bodies.read_form(request, FORM_BYTES, Parts(), _most_bytes)
    # A browser sends the fields that were left empty, too, the files included.
    fields = {name: value for name, value in form.fields if value or name == "text"}
    given = [file for file in form.files if file.data]
    if not given and "image_url" not in fields:
        given = form.files[:1]
    if len(given) > 1:
        raise unprocessable((given[1].name, EXCLUSIVE, "value_error"))
    for file in given:
        request[SUBJECT] = file.name
        if not file.data:
            raise empty_file(file.name)
        kind_of(file.data, field=file.name)
        check_declared(file.data, file.content_type, field=file.name)
    return fields, given[0] if given else None


async def put(
    request: web.Request, question: CreateVideoRequest, file: bodies.FilePart | None, address: str | None
) -> None:
    """Puts the photo or clip, fetched if it was given by address, where the contract has its place.

    Raises InvalidInput (UNPROCESSABLE_BODY) unless there is exactly one, and what MediaFetcher.fetch_any raises.
    """
    if file is None and address is None:
        missing = "Field required, or a form with the file `image` or `video`"
        raise unprocessable(("image_url", missing, "missing"))
    if file is not None and address is not None:
        raise unprocessable(("image_url", EXCLUSIVE, "value_error"))
    if file is not None:
        data, field = file.data, file.name
    else:
        field = "image_url"
        fetch = request.app[GATEWAY].media.fetch_any
        request[SUBJECT] = field
        data = await fetch(address or "", field=field, take=partial(bodies.count, request))
    if kind_of(data, field=field) == "clip":
        question.clip = data
    else:
        images.inspect_image(data, field=field)
        question.image.data = data


async def _read_json(request: web.Request) -> dict[str, Any]:
    """A JSON object. Some clients give it another type; what is no JSON either way is refused by that type's name."""
    body = await bodies.read(request, JSON_BYTES)
    try:
        return jsonproto.decode(body)
    except InvalidInput:
        if bodies.is_json(request):
            raise
    raise bodies.wrong_type(request)


def _most_bytes(head: bytes) -> int:
    """How large a file may be that begins like this."""
    return clips.MAX_BYTES if clips.sniff(head) else images.MAX_BYTES
