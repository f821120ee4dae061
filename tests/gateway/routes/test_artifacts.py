"""Files by signed link."""

from pathlib import Path

import pytest

from meshkit.artifacts import LinkSigner
from tests.gateway.conftest import LINK_SECRET, Start, World

DATA = bytes(range(256)) * 4096
KEY = "jobs/a/renders/video.mp4"


def link(key: str = KEY, expires_in: float = 3600, secret: str = LINK_SECRET) -> str:
    """The path of a signed link."""
    return LinkSigner(secret, "").sign(key, expires_in)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A video in the local folder."""
    path = tmp_path / KEY
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    return path


async def test_whole(stored: Path, world: World) -> None:
    """The file, its type, length and tag."""
    async with world.http.get(link()) as answer:
        body = await answer.read()

    assert (200, DATA, "video/mp4") == (answer.status, body, answer.content_type)
    assert (str(len(DATA)), "bytes") == (answer.headers["Content-Length"], answer.headers["Accept-Ranges"])
    assert answer.headers["Cache-Control"].startswith("private")


async def test_head(stored: Path, world: World) -> None:
    """The headers without the file."""
    async with world.http.head(link()) as answer:
        body = await answer.read()

    assert (200, b"", str(len(DATA))) == (answer.status, body, answer.headers["Content-Length"])


SIZE = len(DATA)
RANGES = [
    ("bytes=0-99", 0, 100),
    ("bytes=100-", 100, SIZE),
    ("bytes=-10", SIZE - 10, SIZE),
    ("bytes=0-0", 0, 1),
    (f"bytes=0-{SIZE * 2}", 0, SIZE),
    (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
    (f"bytes=-{SIZE * 2}", 0, SIZE),
    ("bytes=300000-600000", 300_000, 600_001),
]


@pytest.mark.parametrize(("header", "first", "end"), RANGES)
async def test_ranges(stored: Path, world: World, header: str, first: int, end: int) -> None:
    """One range of the file, as a video element asks for."""
    async with world.http.get(link(), headers={"Range": header}) as answer:
        body = await answer.read()

    assert (206, f"bytes {first}-{end - 1}/{SIZE}") == (answer.status, answer.headers["Content-Range"])
    assert DATA[first:end] == body


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", f"bytes={SIZE * 2}-{SIZE * 3}"])
async def test_ranges_outside(stored: Path, world: World, header: str) -> None:
    """A range behind the end is a 416 that says the size."""
    async with world.http.get(link(), headers={"Range": header}) as answer:
        assert (416, f"bytes */{SIZE}") == (answer.status, answer.headers["Content-Range"])


@pytest.mark.parametrize("header", ["bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=9-1"])
async def test_odd_ranges(stored: Path, world: World, header: str) -> None:
    """A header that says nothing useful is ignored."""
    async with world.http.get(link(), headers={"Range": header}) as answer:
        assert (200, SIZE) == (answer.status, len(await answer.read()))


async def test_tags(stored: Path, world: World) -> None:
    """A known file is not sent again; a range of another file is the whole one."""
    async with world.http.get(link()) as answer:
        tag = answer.headers["ETag"]
    async with world.http.get(link(), headers={"If-None-Match": tag}) as known:
        pass
    async with world.http.get(link(), headers={"Range": "bytes=0-1", "If-Range": '"other"'}) as other:
        pass

    assert (304, 200) == (known.status, other.status)


BAD = [
    (link(secret="other"), 403, "LINK_INVALID"),
    (link(expires_in=-1), 403, "LINK_EXPIRED"),
    (f"/media/{KEY}", 403, "LINK_INVALID"),
    (link().replace("video.mp4", "other.mp4"), 403, "LINK_INVALID"),
    (link().replace("expires=", "expires=9"), 403, "LINK_INVALID"),
    (link("jobs/none.mp4"), 404, "NOT_FOUND"),
    ("/media/..%2f..%2fetc%2fpasswd?expires=9999999999&signature=0", 400, "INVALID_INPUT"),
    ("/media/jobs/%00?expires=9999999999&signature=0", 400, "INVALID_INPUT"),
    ("/media/jobs//a?expires=9999999999&signature=%C3%A9", 400, "INVALID_INPUT"),
]


@pytest.mark.parametrize(("path", "status", "reason"), BAD, ids=range(len(BAD)))
async def test_bad_links(stored: Path, world: World, path: str, status: int, reason: str) -> None:
    """What is not signed, no longer valid, or not there."""
    async with world.http.get(path) as answer:
        problem = await answer.json()

    assert (status, reason) == (answer.status, problem["reason"])


async def test_without_a_secret(stored: Path, start: Start) -> None:
    """Where links are not signed here (a cloud signs its own), nothing is served."""
    async with start(artifact_signing_secret="") as world, world.http.get(link()) as answer:
        assert 404 == answer.status


async def test_other_sites_may_play_it(stored: Path, start: Start) -> None:
    """A listed origin may read ranges."""
    headers = {"Origin": "https://a.example", "Range": "bytes=0-1"}

    async with (
        start(cors_origins=("https://a.example",)) as world,
        world.http.get(link(), headers=headers) as answer,
    ):
        assert "https://a.example" == answer.headers["Access-Control-Allow-Origin"]
        assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]
