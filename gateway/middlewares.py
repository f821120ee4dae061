"""What happens around every request, outermost first: observe, CORS, errors, limits.

Headers that every answer has, event streams included, are set by `add_headers` just before it is sent.
"""

import time
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from gateway import metrics, problem
from gateway.keys import BEGUN, CALLER, GATEWAY, HELD, Caller
from gateway.ratelimit import client_address
from meshkit import deadline, tracing
from meshkit.errors import Internal, MeshError
from meshkit.log import get_logger

log = get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Watched by machines, or static: no limit is meant for them. /media links are signed.
UNLIMITED = ("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")
UNLIMITED_BELOW = ("/docs/", "/media/")
# Signed by the sender; a provider may report many jobs from one address.
SIGNED = ("/api/revid-webhook",)

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # Answers are data; the documentation page brings its own policy.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
CORS_METHODS = "GET, HEAD, POST, PUT, DELETE, PATCH"
CORS_HEADERS = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Range, X-API-Key, X-Request-Id"
CORS_EXPOSED = "Accept-Ranges, Content-Range, ETag, Retry-After, X-Request-Id"


def route_of(request: web.Request) -> str:
    """The template of the route, or `unmatched`."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unmatched"


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Gives the request its identity, counts and times it, and logs one line."""
    tracing.enter({name.lower(): value for name, value in request.headers.items()})
    started, route, status = time.perf_counter(), route_of(request), problem.CLIENT_CLOSED_REQUEST
    method = request.method if request.method in hdrs.METH_ALL else "OTHER"
    metrics.HTTP_IN_FLIGHT.inc()
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        request.app[GATEWAY].budget.give_back(request.get(HELD, 0))
        metrics.HTTP_IN_FLIGHT.dec()
        seconds = time.perf_counter() - started
        metrics.HTTP_SECONDS.labels(method, route).observe(seconds)
        metrics.HTTP_TOTAL.labels(method, route, str(status)).inc()
        log.info("request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 2))


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers what was raised, in the form of the route's dialect; the unexpected becomes a fixed 500."""
    try:
        return await handler(request)
    except ConnectionError:
        raise  # the client is gone: there is nobody to answer
    except Exception as error:
        if request.get(BEGUN, False):
            # A second answer would land in the middle of the first; only a broken line tells that it is not whole.
            log.exception("answer broken off", route=route_of(request))
            raise ConnectionResetError("the answer had begun") from error
        return answer_to(request, error)


def answer_to(request: web.Request, error: Exception) -> web.Response:
    """What a caller is told of an exception."""
    if isinstance(error, MeshError):
        return refuse(request, error)
    if isinstance(error, web.HTTPException):
        metrics.HTTP_ERRORS.labels(route_of(request), problem.reason_of(error.status)).inc()
        return problem.render_http(error)
    log.error("unexpected error", route=route_of(request), exc_info=error)
    return refuse(request, Internal())


def refuse(request: web.Request, error: MeshError) -> web.Response:
    """Counts, logs and renders an error."""
    route = route_of(request)
    metrics.HTTP_ERRORS.labels(route, error.reason).inc()
    log.info("refused", route=route, reason=error.reason, field=error.field, why=error.message)
    renderer = request.app[GATEWAY].renderers.get(route)
    return renderer(request, error) if renderer else problem.render(error)


@web.middleware
async def cors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers preflight requests; `add_headers` does the rest."""
    if request.method != hdrs.METH_OPTIONS or hdrs.ACCESS_CONTROL_REQUEST_METHOD not in request.headers:
        return await handler(request)
    response = web.Response(status=204)
    if allowed_origin(request) is not None:
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = CORS_METHODS
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = CORS_HEADERS
        response.headers[hdrs.ACCESS_CONTROL_MAX_AGE] = "600"
    return response


@web.middleware
async def limits(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Says who calls, applies the limits on rate and number, and starts the request's deadline."""
    gateway, path = request.app[GATEWAY], request.path
    deadline.enter(gateway.settings.request_timeout)
    if path in UNLIMITED or path.startswith(UNLIMITED_BELOW):
        return await handler(request)
    address = client_address(request, gateway.proxies)
    gateway.rates.edge(address)
    request[CALLER] = gateway.ring.identify(request.headers)
    if request[CALLER] is Caller.ANONYMOUS and path not in SIGNED:
        gateway.rates.anonymous(address)
    if route_of(request) in gateway.stream_routes:
        return await handler(request)
    async with gateway.requests.slot():
        return await handler(request)


def allowed_origin(request: web.Request) -> str | None:
    """What Access-Control-Allow-Origin says to the request's origin; None when the settings do not allow it."""
    origin = request.headers.get(hdrs.ORIGIN)
    listed = request.app[GATEWAY].settings.cors_origins
    if origin is None:
        return None
    return "*" if "*" in listed else origin if origin in listed else None


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Sets what every answer carries: identity, safety, CORS."""
    request[BEGUN] = True
    identity = tracing.current()
    if identity is not None:
        response.headers.setdefault("X-Request-Id", identity.request_id)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.popall(hdrs.SERVER, None)
    if request.app[GATEWAY].settings.cors_origins:
        response.headers.add(hdrs.VARY, hdrs.ORIGIN)
    origin = allowed_origin(request)
    if origin is not None:
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = CORS_EXPOSED
