"""Receives request bodies: bounded in bytes and seconds, and nothing touches the disk.

Bytes are counted while they arrive, whatever Content-Length says.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import BodyPartReader, ClientPayloadError, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from buf.validate import validate_pb2
from gateway.keys import GATEWAY, HELD
from meshkit import deadline
from meshkit.errors import InvalidInput, PayloadTooLarge, UnsupportedMedia

MIB = 1024 * 1024
CHUNK = 64 * 1024
# Room for everything but files: the longest texts of any contract, escaped, fit.
TEXT_BYTES = 4 * MIB
MAX_PARTS = 256
# As many bytes tell what a file is.
HEAD_BYTES = 16
MAX_TEXT_PART = MIB
JSON_TYPES = ("application/json", "application/octet-stream")  # the second is aiohttp's word for none
# What aiohttp's multipart reader raises for forms that are cut or odd.
MALFORMED = (HttpProcessingError, ValueError, AssertionError, LookupError, RuntimeError, EOFError)


@dataclass
class FilePart:
    """A file of a form: its field's name, its bytes and the media type its sender gave it."""

    name: str
    data: bytes
    content_type: str


@dataclass(frozen=True)
class Caps:
    """How large a part may be: what is left of the form, the limit of a file there, and that of its kind."""

    left: int
    file: int | None
    head: Callable[[bytes], int] | None

    def of(self, head: bytes) -> int:
        """The most bytes of a part that begins so."""
        if self.file is None:
            return min(MAX_TEXT_PART, self.left)
        own = self.head(head) if self.head is not None and len(head) == HEAD_BYTES else self.file
        return min(own, self.file, self.left)


class PartRules(Protocol):
    """What a route knows about the parts of its form, by their names."""

    def limit(self, name: str) -> int | None:
        """The most bytes of the file in a field, or None where it takes no file: such a part is text."""

    def repeats(self, name: str) -> bool:
        """True when the field takes several files."""

    def unplaced(self, name: str) -> None:
        """Called for a file in a field that takes none; raises InvalidInput when there is no such field."""


@dataclass
class Form:
    """A multipart form, in the order of its parts."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[FilePart] = field(default_factory=list)


def file_bytes(kind: Descriptor, depth: int = 4) -> int:
    """The most bytes that the files of a request of this type may have, from the rules in its proto."""
    return sum(field_bytes(one, depth) for one in kind.fields) if depth else 0


def field_bytes(one: FieldDescriptor, depth: int = 4) -> int:
    """The most bytes that one field may hold in files."""
    rules = one.GetOptions().Extensions[validate_pb2.field]
    if one.type == FieldDescriptor.TYPE_BYTES:
        size = rules.bytes.max_len
    else:
        size = file_bytes(one.message_type, depth - 1) if one.message_type else 0
    return int(size * max(rules.repeated.max_items, 1) if one.is_repeated else size)


def media_type(request: web.Request) -> str:
    """The body's media type as its sender called it, for an answer that names it."""
    named = request.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip().lower()
    return named[:100] or "a body without a Content-Type"


def is_json(request: web.Request) -> bool:
    """True for JSON under one of its names, and for a body without a type."""
    return request.content_type in JSON_TYPES or request.content_type.endswith("+json")


def wrong_type(request: web.Request) -> UnsupportedMedia:
    """The refusal of a body that is neither JSON nor a form."""
    return UnsupportedMedia(
        f"The body must be application/json or multipart/form-data, not {media_type(request)}.",
        reason="BODY_TYPE_UNSUPPORTED",
    )


def is_form(request: web.Request) -> bool:
    """True for multipart/form-data."""
    # request.content_type has the email package read the header, and every form has a boundary of its own to read.
    kind = request.headers.get("Content-Type", "").partition(";")[0]
    return kind.strip().lower() == "multipart/form-data"


async def read(request: web.Request, limit: int) -> bytes:
    """The whole body, at most `limit` bytes.

    Raises PayloadTooLarge (BODY_TOO_LARGE), UnsupportedMedia (BODY_ENCODED), Overloaded, InvalidInput
    (BODY_INCOMPLETE), or answers 408.
    """
    _check_head(request, limit)
    data = bytearray()
    async with _receiving(request):
        async for chunk in request.content.iter_chunked(CHUNK):
            count(request, len(chunk))
            data += chunk
            if len(data) > limit:
                raise _too_large(limit)
    return bytes(data)


async def read_form(
    request: web.Request,
    limit: int,
    rules: PartRules,
    head_limit: Callable[[bytes], int] | None = None,
) -> Form:
    """A multipart form of at most `limit` bytes.

    `head_limit(head)` is the most bytes of a file that begins so, where that depends on its kind. Raises as `read`,
    InvalidInput (MALFORMED_FORM, TOO_MANY_PARTS, REPEATED_FIELD, WRONG_TYPE), and what `rules` raises.
    """
    _check_head(request, limit)
    form, left = Form(), limit
    async with _receiving(request):
        try:
            reader = await request.multipart()
            async for part in reader:
                if not isinstance(part, BodyPartReader) or not part.name:
                    raise _malformed_form()
                if len(form.fields) + len(form.files) >= MAX_PARTS:
                    raise InvalidInput(f"The form has more than {MAX_PARTS} parts.", reason="TOO_MANY_PARTS")
                caps = Caps(left, rules.limit(part.name), head_limit)
                if caps.file is None and part.filename is not None:
                    rules.unplaced(part.name)
                left -= await _take(request, part, form, caps)
                _refuse_repeated(form, rules)
        except MALFORMED:
            raise _malformed_form() from None
    return form


async def _take(request: web.Request, part: BodyPartReader, form: Form, caps: Caps) -> int:
    """Adds one part to the form and says how large it was."""
    name = part.name or ""
    if part.headers.get(hdrs.CONTENT_TRANSFER_ENCODING, "binary").lower() not in ("binary", "7bit", "8bit"):
        raise _malformed_form()
    data = await _part_bytes(request, part, caps, name)
    if caps.file is not None:
        if not data and not part.filename:
            return 0  # a file chooser in which nothing was chosen
        form.files.append(
            FilePart(name, data, part.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip())
        )
    else:
        form.fields.append((name, _text(name, data, from_file=part.filename is not None)))
    return len(data)


def _text(name: str, data: bytes, from_file: bool) -> str:
    """A part as text. Raises InvalidInput: WRONG_TYPE where a file of something else was sent in its place."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        if from_file:
            wrong = InvalidInput(f"{name}: must be a text, not a file.", field=name, reason="WRONG_TYPE")
            raise wrong from None
        raise _malformed_form() from None


def _refuse_repeated(form: Form, rules: PartRules) -> None:
    """Refuses a second file where one belongs."""
    name = form.files[-1].name if form.files else ""
    if any(name == file.name for file in form.files[:-1]) and not rules.repeats(name):
        raise InvalidInput(f"{name}: given more than once.", field=name, reason="REPEATED_FIELD")


async def _part_bytes(request: web.Request, part: BodyPartReader, caps: Caps, name: str) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        count(request, len(chunk))
        data += chunk
        cap = caps.of(bytes(data[:HEAD_BYTES]))
        if len(data) > cap:
            raise PayloadTooLarge(f"{name}: larger than {cap} bytes.", field=name, reason="PART_TOO_LARGE")
    return bytes(data)


def _check_head(request: web.Request, limit: int) -> None:
    """Refuses by the headers alone, before a byte of the body is read."""
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise UnsupportedMedia("Compressed bodies are not accepted.", reason="BODY_ENCODED")
    if (request.content_length or 0) > limit:
        raise _too_large(limit)


@asynccontextmanager
async def _receiving(request: web.Request) -> AsyncIterator[None]:
    """Bounds the time that a body may take and gives its breaking off a name.

    The clock of the work itself starts when the body is there: a slow line must not eat the mesh's time.
    """
    settings = request.app[GATEWAY].settings
    try:
        async with asyncio.timeout(settings.body_timeout):
            yield
        deadline.enter(settings.request_timeout)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (web.RequestPayloadError, ClientPayloadError):
        raise InvalidInput("The body ended before it was complete.", reason="BODY_INCOMPLETE") from None


def count(request: web.Request, size: int) -> None:
    """Counts bytes that a request holds until it is answered; raises Overloaded (UPLOADS_FULL)."""
    before = request.get(HELD, 0)
    request.app[GATEWAY].budget.take(size, before)
    request[HELD] = before + size


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"The body is larger than {limit} bytes.", reason="BODY_TOO_LARGE")


def _malformed_form() -> InvalidInput:
    return InvalidInput("The body is not a valid multipart form.", reason="MALFORMED_FORM")
