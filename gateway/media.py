"""Turns the addresses of pictures in a request into pictures: only the gateway follows a URL."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from google.protobuf.message import Message

from gateway.jsonproto import is_map, is_plain_message
from meshkit import images
from meshkit.errors import InvalidInput, MeshError, PayloadTooLarge, UnsupportedMedia
from meshkit.safehttp import SafeFetcher
from sutradhar.common.v1 import common_pb2

# What one call may fetch together: the messages to services are bounded at 64 MiB.
MAX_TOGETHER = 60 * 1024 * 1024
AT_ONCE = 4
TOGETHER_TOO_LARGE = "IMAGES_TOO_LARGE"
ALIASES = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg"}
ACCEPT = "image/jpeg,image/png,image/webp"


@dataclass(frozen=True)
class Place:
    """A picture in a request: its path, and whether it is one of a list whose items fail alone."""

    path: str
    image: common_pb2.Image
    listed: bool


def places(message: Message, prefix: str = "", listed: bool = False) -> Iterator[Place]:
    """Every picture in a message, however deep."""
    if isinstance(message, common_pb2.Image):
        yield Place(prefix.rstrip("."), message, listed)
        return
    for field, value in message.ListFields():
        if is_map(field) or not is_plain_message(field):
            continue
        if field.is_repeated:
            for index, item in enumerate(value):
                yield from places(item, f"{prefix}{field.name}[{index}].", True)
        else:
            yield from places(value, f"{prefix}{field.name}.", listed)


class MediaFetcher:
    """Fetches pictures by address and looks at their headers."""

    def __init__(self, fetcher: SafeFetcher) -> None:
        self._fetcher = fetcher

    async def fetch(self, url: str, *, field: str) -> bytes:
        """The picture at an address, its header checked.

        Raises what SafeFetcher.fetch and images.inspect_image raise, naming `field`.
        """
        found = await self._fetcher.fetch(url, field=field, max_bytes=images.MAX_BYTES, accept=ACCEPT)
        images.inspect_image(found.data, field=field)
        return found.data

    def check(self, url: str, *, field: str) -> None:
        """Refuses an address that may never be called; raises InvalidInput (URL_NOT_ALLOWED)."""
        self._fetcher.check(url, field=field)

    async def resolve(self, message: Message) -> None:
        """Replaces every picture's address by the picture and checks the headers of pictures given as bytes.

        A picture in a list is left as it is when it is bad: the service answers for each item alone.
        """
        left, gate = [MAX_TOGETHER], asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.TaskGroup() as group:
                for place in list(places(message)):
                    group.create_task(self._resolve_one(place, left, gate))
        except* MeshError as failed:
            # One refusal is enough for the caller; the others were cancelled or say the same of another picture.
            first = failed.exceptions[0]
        else:
            return
        raise first

    async def _resolve_one(self, place: Place, left: list[int], gate: asyncio.Semaphore) -> None:
        try:
            if place.image.WhichOneof("source") == "uri":
                async with gate:
                    data = await self.fetch(place.image.uri, field=f"{place.path}.uri")
                _spend(left, len(data), place.path)
                place.image.data = data
            elif not place.listed:
                images.inspect_image(place.image.data, field=place.path)
        except (InvalidInput, PayloadTooLarge, UnsupportedMedia) as error:
            if not place.listed or error.reason == TOGETHER_TOO_LARGE:
                raise


def _spend(left: list[int], size: int, path: str) -> None:
    left[0] -= size
    if left[0] < 0:
        raise PayloadTooLarge(
            f"{path}: the pictures are together larger than {MAX_TOGETHER} bytes.",
            field=path,
            reason=TOGETHER_TOO_LARGE,
        )


def check_declared(data: bytes, declared: str, *, field: str) -> None:
    """Refuses a picture that is sent under another picture type's name.

    Raises UnsupportedMedia (IMAGE_TYPE_MISLABELLED). A missing or general type (application/octet-stream) is fine.
    """
    declared = ALIASES.get(declared.lower(), declared.lower())
    real = images.CONTENT_TYPES.get(images.sniff(data) or "")
    if real is not None and declared.startswith("image/") and declared != real:
        raise UnsupportedMedia(
            f"{field}: the file is {real} but was sent as another type.",
            field=field,
            reason="IMAGE_TYPE_MISLABELLED",
        )
