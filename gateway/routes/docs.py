"""GET /openapi.json and /docs: the contract, and Swagger UI on it, from files of our own only."""

import json
from pathlib import Path

from aiohttp import web

from gateway.keys import GATEWAY
from gateway.openapi import document
from meshkit.errors import BackendUnavailable

STATIC = Path(__file__).resolve().parent.parent / "static"
OWN = {"docs.html": "text/html", "docs.js": "text/javascript", "docs.css": "text/css"}
SWAGGER = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
# Only our own files; Swagger UI writes style attributes and draws its icons as data: images.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def add_routes(app: web.Application) -> None:
    """Adds the document, the page and its files; the document is made once."""
    text = json.dumps(document(), ensure_ascii=False)

    async def openapi(_: web.Request) -> web.Response:
        """The OpenAPI document."""
        return web.json_response(text=text)

    app.router.add_get("/openapi.json", openapi)
    app.router.add_get("/", to_page)
    app.router.add_get("/docs", page)
    app.router.add_get("/docs/{name:[^/]*}", file)


async def to_page(_: web.Request) -> web.Response:
    """Leads a visitor with a browser to the page."""
    return web.Response(status=302, headers={"Location": "/docs"})


async def page(request: web.Request) -> web.StreamResponse:
    """The documentation page. Raises BackendUnavailable where Swagger UI is not installed."""
    folder = request.app[GATEWAY].settings.models_dir / "swagger-ui"
    if not all((folder / name).is_file() for name in SWAGGER):
        raise BackendUnavailable(
            "The documentation page is not installed: run `make models`. /openapi.json works without it.",
            reason="DOCS_NOT_INSTALLED",
        )
    return _send(STATIC / "docs.html", OWN["docs.html"])


async def file(request: web.Request) -> web.StreamResponse:
    """One file of the page; the page itself where no file is named."""
    name = request.match_info["name"]
    if not name:
        return await to_page(request)
    if name in OWN:
        return _send(STATIC / name, OWN[name])
    path = request.app[GATEWAY].settings.models_dir / "swagger-ui" / name
    if name not in SWAGGER or not path.is_file():
        raise web.HTTPNotFound
    return _send(path, SWAGGER[name])


def _send(path: Path, content_type: str) -> web.FileResponse:
    headers = {
        "Content-Type": f"{content_type}; charset=utf-8",
        "Content-Security-Policy": POLICY,
        "Cache-Control": "public, max-age=3600",
    }
    return web.FileResponse(path, headers=headers)
