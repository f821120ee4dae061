"""What a new video is to show: a photo or a clip, as a file of a form or by address, told apart by content."""

from functools import partial
from typing import Any

from aiohttp import web

from gateway import bodies, jsonproto
from gateway.keys import GATEWAY
from gateway.media import check_declared, kind_of
from gateway.routes.pet_roast_errors import SUBJECT, unprocessable
from meshkit import clips, images
from sutradhar.video.v1.video_pb2 import CreateVideoRequest

JSON_BYTES = 64 * 1024
FORM_BYTES = clips.MAX_BYTES + 256 * 1024
FILES = ("image", "video")
EXCLUSIVE = "Give one photo or clip: the file `image`, the file `video` or `image_url`"


async def read(request: web.Request) -> tuple[dict[str, Any], bodies.FilePart | None]:
    """The fields of a new video, and its file if it came as one, its declared type checked."""
    if not bodies.is_form(request):
        return jsonproto.decode(await bodies.read(request, JSON_BYTES)), None
    form = await bodies.read_form(
        request, FORM_BYTES, lambda name: clips.MAX_BYTES if name in FILES else None, _most_bytes
    )
    # A browser sends the fields that were left empty, too, the files included.
    fields = {name: value for name, value in form.fields if value}
    given = [file for file in form.files if file.data]
    if not given and "image_url" not in fields:
        given = form.files[:1]
    if len(given) > 1:
        raise unprocessable((given[1].name, EXCLUSIVE, "value_error"))
    for file in given:
        request[SUBJECT] = file.name
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


def _most_bytes(head: bytes) -> int:
    """How large a file may be that begins like this."""
    return clips.MAX_BYTES if clips.sniff(head) else images.MAX_BYTES
