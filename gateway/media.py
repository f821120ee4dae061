"""Turns the addresses of pictures and clips in a request into their bytes: only the gateway follows a URL."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from google.protobuf.message import Message

from gateway.jsonproto import is_map, is_plain_message
from meshkit import clips, deadline, images
from meshkit.errors import DeadlineExceeded, InvalidInput, MeshError, PayloadTooLarge, UnsupportedMedia
from meshkit.safehttp import Fetched, SafeFetcher
from sutradhar.common.v1 import common_pb2

# What one call may fetch together: the messages to services are bounded at 64 MiB.
MAX_TOGETHER = 60 * 1024 * 1024
AT_ONCE = 4
ALIASES = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg"}
ACCEPT = "image/jpeg,image/png,image/webp"
ACCEPT_ANY = f"{ACCEPT},video/mp4,video/webm,video/quicktime"


@dataclass(frozen=True)
class Place:
    """A picture in a request: its path, and its place when it is one of a list, whose items fail alone."""

    path: str
    image: common_pb2.Image
    index: int | None


def places(message: Message, prefix: str = "", index: int | None = None) -> Iterator[Place]:
    """Every picture in a message, however deep."""
    if isinstance(message, common_pb2.Image):
        yield Place(prefix.rstrip("."), message, index)
        return
    for field, value in message.ListFields():
        if is_map(field) or not is_plain_message(field):
            continue
        if field.is_repeated:
            for number, item in enumerate(value):
                yield from places(item, f"{prefix}{field.name}[{number}].", number)
        else:
            yield from places(value, f"{prefix}{field.name}.", index)


class MediaFetcher:
    """Fetches pictures and clips by address and looks at their headers."""

    def __init__(self, fetcher: SafeFetcher) -> None:
        self._fetcher = fetcher

    async def fetch(self, url: str, *, field: str) -> bytes:
        """The picture at an address, its header checked.

        Raises what SafeFetcher.fetch and images.inspect_image raise, naming `field`.
        """
        found = await self._fetcher.fetch(url, field=field, max_bytes=images.MAX_BYTES, accept=ACCEPT)
        images.inspect_image(found.data, field=field)
        return found.data

    async def fetch_any(self, url: str, *, field: str, take: Callable[[int], None]) -> bytes:
        """The picture or clip at an address, told by its first bytes. `take` counts its bytes as held by the request.

        What is too large for a picture is fetched anew with room for a clip, which is taken beforehand.

        Raises what SafeFetcher.fetch and kind_of raise, naming `field`; UnsupportedMedia for a clip that is called a
        picture or the reverse; Overloaded (UPLOADS_FULL); DeadlineExceeded.
        """
        try:
            async with asyncio.timeout(deadline.budget(None)):
                found = await self._fetch_any(url, field, take)
        except TimeoutError:
            raise DeadlineExceeded("The file could not be fetched in time.") from None
        kind_of(found.data, field=field)
        check_declared(found.data, found.content_type, field=field, exact=False)
        return found.data

    async def _fetch_any(self, url: str, field: str, take: Callable[[int], None]) -> Fetched:
        with suppress(PayloadTooLarge):
            small = await self._fetcher.fetch(url, field=field, max_bytes=images.MAX_BYTES, accept=ACCEPT_ANY)
            take(len(small.data))
            return small
        # Not while that error is handled: it holds on to all that was read so far.
        take(clips.MAX_BYTES)
        return await self._fetcher.fetch(url, field=field, max_bytes=clips.MAX_BYTES, accept=ACCEPT_ANY)

    def check(self, url: str, *, field: str) -> None:
        """Refuses an address that may never be called; raises InvalidInput (URL_NOT_ALLOWED)."""
        self._fetcher.check(url, field=field)

    async def resolve(self, message: Message, take: Callable[[int], None]) -> dict[int, MeshError]:
        """Replaces every picture's address by the picture and checks the headers of pictures given as bytes.

        A picture in a list is left as it is when it is bad: the service answers for each item alone. What was wrong
        with those that could not be fetched is returned by their places in the list, for `explain`. `take` counts
        fetched bytes as held by the request.

        Raises what `fetch` raises, PayloadTooLarge (IMAGES_TOO_LARGE), and DeadlineExceeded: the request's time bounds
        all fetches together.
        """
        work = _Resolution(self, take)
        try:
            async with asyncio.timeout(deadline.budget(None)):
                await work.run(list(places(message)))
        except TimeoutError:
            raise DeadlineExceeded("The pictures could not be fetched in time.") from None
        return work.refused


class _Resolution:
    """The pictures of one request: how much they hold together, and which were refused."""

    def __init__(self, media: MediaFetcher, take: Callable[[int], None]) -> None:
        self._media = media
        self._take = take
        self._left = MAX_TOGETHER
        self._gate = asyncio.Semaphore(AT_ONCE)
        self.refused: dict[int, MeshError] = {}

    async def run(self, found: Iterable[Place]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for place in found:
                    group.create_task(self._one(place))
        except* MeshError as failed:
            # One refusal is enough for the caller; the others were cancelled or say the same of another picture.
            first = failed.exceptions[0]
        else:
            return
        raise first

    async def _one(self, place: Place) -> None:
        try:
            if place.image.WhichOneof("source") == "uri":
                await self._fetch(place)
            elif place.index is None:
                images.inspect_image(place.image.data, field=place.path)
        except (InvalidInput, PayloadTooLarge, UnsupportedMedia) as error:
            if place.index is None:
                raise
            self.refused[place.index] = error
        self._spend(len(place.image.data), place.path)

    async def _fetch(self, place: Place) -> None:
        # The error of an item names its field relative to the item.
        field = "uri" if place.index is not None else f"{place.path}.uri"
        async with self._gate:
            data = await self._media.fetch(place.image.uri, field=field)
        self._take(len(data))
        place.image.data = data

    def _spend(self, size: int, path: str) -> None:
        self._left -= size
        if self._left < 0:
            raise PayloadTooLarge(
                f"{path}: the pictures are together larger than {MAX_TOGETHER} bytes.",
                field=path,
                reason="IMAGES_TOO_LARGE",
            )


def explain(answer: Any, refused: Mapping[int, MeshError]) -> None:
    """Says in a batch's answer why a picture was not fetched: the service knows only that it got no bytes."""
    results = getattr(answer, "results", ())
    for index, error in refused.items():
        if index < len(results):
            item = common_pb2.ItemError(reason=error.reason, message=error.message, field=error.field)
            results[index].error.CopyFrom(item)


def kind_of(data: bytes, *, field: str) -> Literal["image", "clip"]:
    """What a file is by its first bytes.

    Raises UnsupportedMedia when it is neither: VIDEO_TYPE_UNSUPPORTED in the field of clips, else
    IMAGE_TYPE_UNSUPPORTED.
    """
    if clips.sniff(data) is not None:
        return "clip"
    if images.sniff(data) is not None:
        return "image"
    raise UnsupportedMedia(
        f"{field}: only JPEG, PNG and WebP pictures and MP4, WebM and MOV clips are accepted.",
        field=field,
        reason="VIDEO_TYPE_UNSUPPORTED" if field == "video" else "IMAGE_TYPE_UNSUPPORTED",
    )


def check_declared(data: bytes, declared: str, *, field: str, exact: bool = True) -> None:
    """Refuses a picture or clip that is sent under another one's name.

    Raises UnsupportedMedia (IMAGE_TYPE_MISLABELLED, VIDEO_TYPE_MISLABELLED). A missing or general type
    (application/octet-stream) is fine; unless `exact` so is another picture's for a picture and another clip's for a
    clip, for servers guess by names.
    """
    declared = ALIASES.get(declared.lower(), declared.lower())
    real = _media_types(data)
    fine = real if exact else {one.partition("/")[0] for one in real}
    given = declared if exact else declared.partition("/")[0]
    if real and declared.startswith(("image/", "video/")) and given not in fine:
        raise UnsupportedMedia(
            f"{field}: the file is {' or '.join(real[:2])} but was sent as another type.",
            field=field,
            reason=f"{real[0].partition('/')[0].upper()}_TYPE_MISLABELLED",
        )


def _media_types(data: bytes) -> tuple[str, ...]:
    """The media types that a file may be sent as; none when it is neither a picture nor a clip."""
    picture = images.CONTENT_TYPES.get(images.sniff(data) or "")
    return (picture,) if picture is not None else clips.CONTENT_TYPES.get(clips.sniff(data) or "", ())
