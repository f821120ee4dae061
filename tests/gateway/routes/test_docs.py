"""The contract and its page."""

import re
from pathlib import Path

import pytest

from gateway.routes.docs import STATIC
from tests.gateway.conftest import Start, World


async def test_the_document(world: World) -> None:
    """The document is served as JSON and names where it is served."""
    async with world.http.get("/openapi.json") as answer:
        found = await answer.json()

    assert (200, "application/json", "3.1.0") == (answer.status, answer.content_type, found["openapi"])


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A models folder with Swagger UI's files."""
    folder = tmp_path / "models"
    (folder / "swagger-ui").mkdir(parents=True)
    (folder / "swagger-ui" / "swagger-ui.css").write_text("body {}")
    (folder / "swagger-ui" / "swagger-ui-bundle.js").write_text("var SwaggerUIBundle;")
    return folder


async def test_the_page_needs_nothing_from_elsewhere(start: Start, models: Path) -> None:
    """Every file that the page names is served here, and the policy allows no other."""
    async with start(models_dir=models) as world:
        async with world.http.get("/docs") as answer:
            page = await answer.text()
        paths = re.findall(r'(?:src|href)="(/[^"]+)"', page)
        for path in paths:
            async with world.http.get(path) as file:
                assert 200 == file.status

    assert ("text/html", 5) == (answer.content_type, len(paths))
    assert "http" not in page.replace("https://json-schema.org", "")
    assert "default-src 'none'; script-src 'self';" in answer.headers["Content-Security-Policy"]


async def test_the_page_before_set_up(start: Start, tmp_path: Path) -> None:
    """Without Swagger UI the answer says what to do."""
    async with start(models_dir=tmp_path) as world, world.http.get("/docs") as answer:
        problem = await answer.json()

    assert (503, "DOCS_NOT_INSTALLED") == (answer.status, problem["reason"])
    assert "make models" in problem["detail"]


@pytest.mark.parametrize("path", ["/", "/docs/"])
async def test_a_visitor_is_led_to_the_page(world: World, path: str) -> None:
    """The root leads to the documentation, and so does its address with a slash."""
    async with world.http.get(path, allow_redirects=False) as answer:
        assert (302, "/docs") == (answer.status, answer.headers["Location"])


@pytest.mark.parametrize("name", ["LICENSE", "..%2f..%2fpyproject.toml", "other.js"])
async def test_other_files(start: Start, models: Path, name: str) -> None:
    """Nothing but the page's own files is served."""
    async with start(models_dir=models) as world, world.http.get(f"/docs/{name}") as answer:
        assert 404 == answer.status


def test_own_files_are_there() -> None:
    """The page, its script and its style come with the gateway."""
    assert {"docs.html", "docs.js", "docs.css"} == {path.name for path in STATIC.iterdir()}
