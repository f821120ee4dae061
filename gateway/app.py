"""Builds the application from settings, clients and limits."""

from collections.abc import Mapping

from aiohttp import web
from aiohttp.abc import AbstractResolver

from gateway import clients, middlewares, transcode
from gateway.budget import ByteBudget
from gateway.keys import GATEWAY, Gateway, KeyRing
from gateway.media import MediaFetcher
from gateway.ratelimit import RateLimits
from gateway.routes import artifacts, docs, health, pet_roast, revid
from gateway.rules import rules
from gateway.settings import GatewaySettings
from gateway.workers import Workers
from meshkit.artifacts import ArtifactStore, LinkSigner
from meshkit.images import MAX_BYTES
from meshkit.lifecycle import close_all
from meshkit.limits import ConcurrencyLimiter
from meshkit.safehttp import FetchLimits, SafeFetcher


def build(
    settings: GatewaySettings, targets: Mapping[str, str], resolver: AbstractResolver | None = None
) -> web.Application:
    """The application. `resolver` finds the addresses of pictures' hosts (default: the system's).

    Call it inside the loop that will serve it; its clean-up closes everything that it opened.
    """
    fetcher = SafeFetcher(
        allow_private=settings.allow_private_urls,
        limits=FetchLimits(
            MAX_BYTES, total_timeout=settings.fetch_timeout, max_redirects=settings.fetch_max_redirects
        ),
        resolver=resolver,
    )
    gateway = _gateway(settings, targets, fetcher)
    app = web.Application(
        middlewares=[middlewares.observe, middlewares.cors, middlewares.errors, middlewares.limits]
    )
    app[GATEWAY] = gateway
    app.on_response_prepare.append(middlewares.add_headers)
    for routes in (health, docs, artifacts, pet_roast, revid):
        routes.add_routes(app)
    transcode.add_routes(app, rules(clients.methods()))

    async def close(_: web.Application) -> None:
        await close_all(fetcher.close, gateway.clients.close, gateway.workers.close)

    app.on_cleanup.append(close)
    return app


def _gateway(settings: GatewaySettings, targets: Mapping[str, str], fetcher: SafeFetcher) -> Gateway:
    secret = settings.artifact_signing_secret
    signer = LinkSigner(secret, settings.public_base_url) if secret else None
    return Gateway(
        settings=settings,
        clients=clients.Clients(targets),
        media=MediaFetcher(fetcher),
        artifacts=ArtifactStore.from_url(settings.artifacts_url, signer),
        signer=signer,
        ring=KeyRing(settings.admin_keys, settings.api_keys),
        rates=RateLimits(
            settings.requests_per_second, settings.anonymous_per_minute, settings.rate_limit_clients
        ),
        requests=ConcurrencyLimiter(settings.max_concurrent_requests, "gateway"),
        streams=ConcurrencyLimiter(settings.max_event_streams, "gateway's event streams", retry_after=5),
        budget=ByteBudget(settings.max_bytes_in_flight, settings.max_large_uploads),
        workers=Workers(),
        proxies=settings.proxy_networks(),
    )
