"""Which pages may call: CORS."""

import pytest

from tests.gateway.conftest import Start

CORS = [
    (("https://a.example",), "https://a.example", "https://a.example"),
    (("https://a.example",), "https://b.example", None),
    (("*",), "https://b.example", "*"),
    ((), "https://a.example", None),
]


@pytest.mark.parametrize(("listed", "origin", "allowed"), CORS)
@pytest.mark.parametrize("path", ["/v1/filters", "/nope"])
async def test_cors(
    start: Start, listed: tuple[str, ...], origin: str, allowed: str | None, path: str
) -> None:
    """Only listed origins are allowed, on errors too."""
    async with (
        start(cors_origins=listed) as world,
        world.http.get(path, headers={"Origin": origin}) as answer,
    ):
        assert allowed == answer.headers.get("Access-Control-Allow-Origin")
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(("listed", "origin", "allowed"), CORS)
async def test_preflight(start: Start, listed: tuple[str, ...], origin: str, allowed: str | None) -> None:
    """A preflight is answered without a call, key or limit."""
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    async with start(cors_origins=listed) as world:
        async with world.http.options("/api/generate-video", headers=headers) as answer:
            methods = answer.headers.get("Access-Control-Allow-Methods", "")

    assert (204, allowed) == (answer.status, answer.headers.get("Access-Control-Allow-Origin"))
    assert (allowed is not None) == ("POST" in methods)
