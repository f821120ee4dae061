"""What handlers find on the application and on a request, and who a caller is."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from aiohttp import web

from gateway.budget import ByteBudget
from gateway.clients import Clients
from gateway.media import MediaFetcher
from gateway.ratelimit import Networks, RateLimits
from gateway.settings import GatewaySettings
from gateway.workers import Workers
from meshkit.artifacts import ArtifactStore, LinkSigner
from meshkit.errors import MeshError, PermissionDenied, Unauthenticated
from meshkit.limits import ConcurrencyLimiter


class Caller(Enum):
    """What a caller has shown itself to be."""

    ANONYMOUS = "anonymous"
    KEYED = "keyed"
    ADMIN = "admin"


class KeyRing:
    """Knows callers by their keys, in constant time."""

    def __init__(self, admin_keys: tuple[str, ...], api_keys: tuple[str, ...]) -> None:
        self._known = [(_digest(key), Caller.ADMIN) for key in admin_keys]
        self._known += [(_digest(key), Caller.KEYED) for key in api_keys]

    def identify(self, headers: Mapping[str, str]) -> Caller:
        """Who sent these headers. Raises Unauthenticated (KEY_UNKNOWN) for a key that is not known."""
        key = _presented(headers)
        if key is None:
            return Caller.ANONYMOUS
        digest, found = _digest(key), None
        for known, caller in self._known:
            if hmac.compare_digest(known, digest):
                found = found or caller
        if found is None:
            raise Unauthenticated("This key is not known.", reason="KEY_UNKNOWN")
        return found


def require_admin(caller: Caller) -> None:
    """Raises Unauthenticated (UNAUTHENTICATED) or PermissionDenied (ADMIN_REQUIRED) unless an administrator calls."""
    if caller is Caller.ANONYMOUS:
        raise Unauthenticated("An administrator's key is needed.")
    if caller is not Caller.ADMIN:
        raise PermissionDenied("This key is not an administrator's.", reason="ADMIN_REQUIRED")


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="replace")).digest()


def _presented(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return headers.get("X-API-Key")


Renderer = Callable[[web.Request, MeshError], web.Response]


@dataclass
class Gateway:
    """Everything that handlers share; built in app.py and __main__.py, nowhere else."""

    settings: GatewaySettings
    clients: Clients
    media: MediaFetcher
    artifacts: ArtifactStore
    signer: LinkSigner | None
    ring: KeyRing
    rates: RateLimits
    requests: ConcurrencyLimiter
    streams: ConcurrencyLimiter
    budget: ByteBudget
    workers: Workers
    proxies: Networks
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    # Templates of the routes that answer with events: they have a limit of their own.
    stream_routes: set[str] = field(default_factory=set)
    # Route templates whose errors have another form than problem+json.
    renderers: dict[str, Renderer] = field(default_factory=dict)


GATEWAY = web.AppKey("gateway", Gateway)
CALLER = web.RequestKey("caller", Caller)
HELD = web.RequestKey("held", int)  # bytes taken from the budget
BEGUN = web.RequestKey("begun", bool)  # an answer is being sent
