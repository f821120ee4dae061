"""GET /media/{key}: files of jobs that lie in the local folder, by signed link, with ranges (RFC 9110, section 14)."""

import hashlib
import mimetypes
from contextlib import aclosing

from aiohttp import hdrs, web

from gateway.keys import GATEWAY
from meshkit.errors import NotFound

# The same everywhere, whatever the machine's mime tables say.
TYPES = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".wav": "audio/wav",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".json": "application/json",
    ".ass": "text/plain; charset=utf-8",
    ".srt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".log": "text/plain; charset=utf-8",
}


def add_routes(app: web.Application) -> None:
    """Adds the route, for GET and HEAD."""
    app.router.add_get("/media/{key:.+}", media)


async def media(request: web.Request) -> web.StreamResponse:
    """Streams a file, whole or one range of it.

    Raises NotFound, InvalidInput for a malformed key, PermissionDenied (LINK_INVALID, LINK_EXPIRED).
    """
    gateway, key = request.app[GATEWAY], request.match_info["key"]
    if gateway.signer is None:
        raise NotFound("There is no such file.")
    gateway.signer.verify(key, request.query.get("expires", ""), request.query.get("signature", ""))
    size = await gateway.artifacts.size(key)
    headers = _headers(key, size)
    if request.headers.get(hdrs.IF_NONE_MATCH) == headers[hdrs.ETAG]:
        return web.Response(status=304, headers=headers)
    span = _range(request, size, headers[hdrs.ETAG])
    if span is None:
        return web.Response(status=416, headers={**headers, hdrs.CONTENT_RANGE: f"bytes */{size}"})
    start, end, partial = span
    if partial:
        headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{end - 1}/{size}"
    headers[hdrs.CONTENT_LENGTH] = str(end - start)
    response = web.StreamResponse(status=206 if partial else 200, headers=headers)
    await response.prepare(request)
    if request.method != hdrs.METH_HEAD and end > start:
        async with aclosing(gateway.artifacts.stream(key, start, end)) as chunks:
            async for chunk in chunks:
                await response.write(chunk)
    await response.write_eof()
    return response


def _headers(key: str, size: int) -> dict[str, str]:
    tag = hashlib.sha256(f"{key}\n{size}".encode()).hexdigest()[:24]
    suffix = "." + key.rpartition(".")[2].lower()
    return {
        hdrs.CONTENT_TYPE: TYPES.get(suffix) or mimetypes.guess_type(key)[0] or "application/octet-stream",
        hdrs.ACCEPT_RANGES: "bytes",
        hdrs.ETAG: f'"{tag}"',
        hdrs.CACHE_CONTROL: "private, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    }


def _range(request: web.Request, size: int, etag: str) -> tuple[int, int, bool] | None:
    """Start, end (exclusive) and whether it is a part; None when it cannot be satisfied.

    A header that is malformed, has several ranges, or whose If-Range is of another file, is ignored, as the RFC allows.
    """
    wanted = request.headers.get(hdrs.RANGE)
    if wanted is None or request.headers.get(hdrs.IF_RANGE, etag) != etag:
        return 0, size, False
    try:
        span = request.http_range
    except ValueError:
        return 0, size, False
    start = span.start if span.start is not None else 0
    if start < 0:
        start = max(size + start, 0)
    end = min(span.stop if span.stop is not None else size, size)
    return (start, end, True) if start < end else None
