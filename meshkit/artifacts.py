"""Files that jobs make: one interface over a local folder, S3, Google Cloud Storage and Azure.

The kind of store follows from the URL: `file:///folder`, `s3://bucket/prefix`, `gs://bucket/prefix`,
`az://container/prefix`, or `memory:///` for tests. Credentials of a cloud come from its own usual variables.
"""

import asyncio
import contextlib
import hashlib
import hmac
import re
import shutil
import time
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, LocalStore, MemoryStore, ObjectStore, S3Store, from_url

from meshkit.errors import (
    BackendUnavailable,
    InvalidInput,
    MeshError,
    NotFound,
    PayloadTooLarge,
    PermissionDenied,
)
from meshkit.log import get_logger

log = get_logger(__name__)

LINK_SECONDS = 24 * 3600
CHUNK_BYTES = 256 * 1024
MAX_KEY_LENGTH = 512
# Names that need no quoting in a URL and mean one thing on every store.
_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def check_key(key: str) -> str:
    """Return `key` when it is a plain relative path; `..`, empty parts and odd characters raise InvalidInput."""
    if len(key) > MAX_KEY_LENGTH or not _KEY.fullmatch(key):
        raise InvalidInput(
            "The key of an artifact is a relative path of letters, digits, '.', '_' and '-'.", field="key"
        )
    return key


@dataclass(frozen=True)
class LinkSigner:
    """Signs links to artifacts that the gateway serves itself: HMAC-SHA256 over the key and the time of expiry."""

    secret: str = field(repr=False)
    base_url: str

    def sign(self, key: str, expires_in: float = LINK_SECONDS) -> str:
        """Return `{base_url}/media/{key}?expires=<Unix seconds>&signature=<hex>`."""
        expires = int(time.time() + expires_in)
        path = f"{self.base_url.rstrip('/')}/media/{check_key(key)}"
        return f"{path}?expires={expires}&signature={self._mac(key, expires)}"

    def verify(self, key: str, expires: str, signature: str) -> None:
        """Raise PermissionDenied unless this signer made the link and its time has not passed."""
        genuine = expires.isascii() and expires.isdigit() and len(expires) < 16
        genuine = genuine and hmac.compare_digest(
            self._mac(check_key(key), int(expires)).encode(), signature.encode()
        )
        if not genuine:
            raise PermissionDenied(
                "The link's signature is not valid.", field="signature", reason="LINK_INVALID"
            )
        if int(expires) < time.time():
            raise PermissionDenied(
                "The link has expired: ask for a new one.", field="expires", reason="LINK_EXPIRED"
            )

    def _mac(self, key: str, expires: int) -> str:
        return hmac.new(self.secret.encode(), f"{key}\n{expires}".encode(), hashlib.sha256).hexdigest()


class ArtifactStore:
    """Puts, gets, streams, deletes and links files by key.

    Every method raises InvalidInput for a malformed key, NotFound for a missing object and BackendUnavailable when the
    store itself fails.
    """

    def __init__(
        self, store: ObjectStore, signer: LinkSigner | None = None, root: Path | None = None
    ) -> None:
        self._store = store
        self._signer = signer
        self._root = root

    @classmethod
    def from_url(cls, url: str, signer: LinkSigner | None = None) -> "ArtifactStore":
        """Open the store that `url` names; a local folder is created. `signer` makes the links of a local store.

        Raises ValueError for a URL that names no known kind of store.
        """
        parts = urlsplit(url)
        if parts.scheme == "memory":
            return cls(MemoryStore(), signer)
        if parts.scheme == "file":
            root = Path(unquote(parts.path))
            return cls(LocalStore(root, mkdir=True, automatic_cleanup=True), signer, root)
        if parts.scheme in {"s3", "s3a", "gs", "az", "azure", "abfs", "abfss"}:
            return cls(from_url(url))
        raise ValueError(f"artifacts cannot be kept at a URL of the kind {parts.scheme!r}")

    async def put(self, key: str, data: bytes | Path, content_type: str = "") -> None:
        """Write an object whole or not at all, replacing what was there. A Path is read in parts, never wholly.

        A cloud keeps `content_type` with the object; a local folder keeps none, there the name's suffix tells it.
        """
        attributes = {"Content-Type": content_type} if content_type and self._presigns else None
        with _meaning(check_key(key)):
            await obstore.put_async(self._store, key, data, attributes=attributes)

    async def get(self, key: str, max_bytes: int) -> bytes:
        """Return an object of at most `max_bytes`; a larger one raises PayloadTooLarge before it is read."""
        with _meaning(check_key(key)):
            result = await obstore.get_async(self._store, key)
            if result.meta["size"] > max_bytes:
                raise PayloadTooLarge(f"The artifact is larger than {max_bytes} bytes.", field="key")
            return bytes(await result.bytes_async())

    async def download(self, key: str, target: Path) -> None:
        """Copy an object to the file `target` in chunks."""
        with await asyncio.to_thread(target.open, "wb") as file:
            async for chunk in self.stream(key):
                await asyncio.to_thread(file.write, chunk)

    async def size(self, key: str) -> int:
        """Return the size in bytes."""
        with _meaning(check_key(key)):
            return int((await obstore.head_async(self._store, key))["size"])

    async def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes, None]:
        """Yield the bytes from `start` up to, without, `end` (default: to the end) in chunks of about 256 KiB.

        A range that begins past the end of the object raises InvalidInput.
        """
        size = await self.size(key)
        stop = size if end is None else min(end, size)
        if start < 0 or start > stop or (start == stop and size > 0):
            raise InvalidInput(
                "The range lies outside the artifact.", field="range", reason="RANGE_NOT_SATISFIABLE"
            )
        if size == 0:
            return
        with _meaning(key):
            result = await obstore.get_async(self._store, key, options={"range": (start, stop)})
            async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)

    async def delete(self, key: str) -> None:
        """Delete one object; a missing one is no error."""
        with contextlib.suppress(NotFound), _meaning(check_key(key)):
            await obstore.delete_async(self._store, key)

    async def delete_prefix(self, prefix: str) -> int:
        """Delete every object under the folder `prefix` and return how many there were."""
        deleted = 0
        with _meaning(check_key(prefix)):
            async for page in obstore.list(self._store, prefix, chunk_size=1000):
                keys = [item["path"] for item in page]
                with contextlib.suppress(FileNotFoundError):
                    await obstore.delete_async(self._store, keys)
                deleted += len(keys)
            if self._root is not None:
                # A writer that was killed leaves its unfinished file, which listing hides.
                await asyncio.to_thread(shutil.rmtree, self._root / prefix, ignore_errors=True)
        return deleted

    async def folders(self, prefix: str) -> list[str]:
        """Return the names of the folders directly under `prefix`."""
        with _meaning(check_key(prefix)):
            listing = await obstore.list_with_delimiter_async(self._store, prefix)
            return sorted(path.rsplit("/", 1)[-1] for path in listing["common_prefixes"])

    async def link(self, key: str, expires_in: float = LINK_SECONDS) -> str:
        """Return an http(s) link for reading the object, good for `expires_in` seconds."""
        if self._presigns:
            store = cast(S3Store | GCSStore | AzureStore, self._store)
            with _meaning(check_key(key)):
                return await obstore.sign_async(store, "GET", key, timedelta(seconds=expires_in))
        if self._signer is None:
            raise BackendUnavailable("Links to artifacts are not set up.", reason="LINKS_NOT_CONFIGURED")
        return self._signer.sign(key, expires_in)

    @property
    def _presigns(self) -> bool:
        return isinstance(self._store, S3Store | GCSStore | AzureStore)


@contextlib.contextmanager
def _meaning(key: str) -> Iterator[None]:
    """Turn what the store raises into the mesh's errors; the details go to the log."""
    try:
        yield
    except MeshError:
        raise
    except FileNotFoundError as error:
        raise NotFound("There is no such artifact.", field="key") from error
    except (BaseError, OSError, ValueError, NotImplementedError) as error:
        log.error("artifact store failed", key=key, error=str(error))
        raise BackendUnavailable(
            "The store of artifacts does not answer.", reason="ARTIFACTS_UNAVAILABLE"
        ) from error
