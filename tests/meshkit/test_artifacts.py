"""meshkit/artifacts.py on a real folder, in memory, and (links only) on S3."""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from meshkit.artifacts import CHUNK_BYTES, ArtifactStore, LinkSigner, check_key
from meshkit.errors import BackendUnavailable, InvalidInput, NotFound, PayloadTooLarge, PermissionDenied

SIGNER = LinkSigner("a-secret-of-these-tests", "http://gateway.test/")
KEY = "jobs/abc/video.mp4"


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ArtifactStore:
    """A store of each kind that needs no network."""
    url = f"file://{tmp_path}/artifacts" if request.param == "file" else "memory:///"
    return ArtifactStore.from_url(url, SIGNER)


async def read(store: ArtifactStore, key: str, start: int = 0, end: int | None = None) -> bytes:
    """Join what a stream yields."""
    return b"".join([chunk async for chunk in store.stream(key, start, end)])


def parts(link: str) -> tuple[str, str, str]:
    """Split a link into key, expiry and signature."""
    url = urlsplit(link)
    query = parse_qs(url.query)
    return url.path.removeprefix("/media/"), query["expires"][0], query["signature"][0]


async def test_what_is_put_is_got(store: ArtifactStore) -> None:
    """Bytes come back, and a second put replaces them."""
    await store.put(KEY, b"first", "video/mp4")
    await store.put(KEY, b"second", "video/mp4")

    assert b"second" == await store.get(KEY, 100)
    assert 6 == await store.size(KEY)


async def test_a_large_file_is_put_from_its_path(store: ArtifactStore, tmp_path: Path) -> None:
    """A file of several parts arrives whole, and can be copied out again."""
    data = bytes(range(256)) * 4096 * 12
    (tmp_path / "big").write_bytes(data)
    await store.put(KEY, tmp_path / "big", "video/mp4")
    await store.download(KEY, tmp_path / "copy")

    assert len(data) == await store.size(KEY)
    assert data == (tmp_path / "copy").read_bytes()


async def test_a_missing_source_leaves_nothing(store: ArtifactStore, tmp_path: Path) -> None:
    """A put that fails leaves no object."""
    with pytest.raises(NotFound):
        await store.put(KEY, tmp_path / "nowhere", "video/mp4")

    with pytest.raises(NotFound):
        await store.size(KEY)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, None, b"0123456789"), (3, None, b"3456789"), (3, 5, b"34"), (9, 500, b"9"), (0, 10, b"0123456789")],
)
async def test_ranges(store: ArtifactStore, start: int, end: int | None, expected: bytes) -> None:
    """A range holds its start and not its end, and is cut at the end of the object."""
    await store.put(KEY, b"0123456789")

    assert expected == await read(store, KEY, start, end)


@pytest.mark.parametrize(("start", "end"), [(10, None), (-1, 3), (5, 5), (6, 5), (11, 20)])
async def test_ranges_outside_are_refused(store: ArtifactStore, start: int, end: int | None) -> None:
    """A range that holds nothing is InvalidInput."""
    await store.put(KEY, b"0123456789")

    with pytest.raises(InvalidInput) as refusal:
        await read(store, KEY, start, end)

    assert "RANGE_NOT_SATISFIABLE" == refusal.value.reason


async def test_an_empty_object_streams_nothing(store: ArtifactStore) -> None:
    """No bytes, no error."""
    await store.put(KEY, b"")

    assert b"" == await read(store, KEY)


async def test_a_stream_comes_in_chunks(store: ArtifactStore) -> None:
    """A big object isn't held in memory whole: no chunk is much larger than asked for."""
    await store.put(KEY, bytes(20 * CHUNK_BYTES))
    sizes = [len(chunk) async for chunk in store.stream(KEY)]

    assert 20 * CHUNK_BYTES == sum(sizes)


async def test_get_is_bounded(store: ArtifactStore) -> None:
    """More than max_bytes is refused before it is read."""
    await store.put(KEY, b"12345")

    with pytest.raises(PayloadTooLarge):
        await store.get(KEY, 4)


async def test_missing_objects(store: ArtifactStore) -> None:
    """Reading what isn't there is NotFound; deleting it isn't an error."""
    for call in (store.get(KEY, 10), store.size(KEY), read(store, KEY)):
        with pytest.raises(NotFound):
            await call

    await store.delete(KEY)
    assert 0 == await store.delete_prefix("jobs/abc")


async def test_delete_prefix_takes_one_folder(store: ArtifactStore) -> None:
    """Only whole names match: jobs/a doesn't take jobs/ab."""
    for key in ("jobs/a/x", "jobs/a/deep/y", "jobs/ab/z"):
        await store.put(key, b"1")
    deleted = await store.delete_prefix("jobs/a")

    assert 2 == deleted
    assert ["ab"] == await store.folders("jobs")
    assert 1 == await store.size("jobs/ab/z")


async def test_delete_prefix_takes_unfinished_files(tmp_path: Path) -> None:
    """What a writer that was killed left in a local folder goes too."""
    store = ArtifactStore.from_url(f"file://{tmp_path}", SIGNER)
    await store.put("jobs/a/x", b"1")
    (tmp_path / "jobs" / "a" / "y#1").write_bytes(b"half")
    await store.delete_prefix("jobs/a")

    assert not (tmp_path / "jobs" / "a").exists()


BAD_KEYS = [
    "", "/", "/etc/passwd", "..", "a/../b", "../a", "a//b", "a/", "a/./b", "a\\b", "a b", "ü", "a%2e", "a\nb",
    "x" * 600, ".hidden", "a/.b", "a?b", "a#1",
]  # fmt: skip


@pytest.mark.parametrize("key", BAD_KEYS)
async def test_odd_keys_are_refused(store: ArtifactStore, key: str) -> None:
    """A key is a plain relative path; nothing leaves the store's folder."""
    calls: list[Callable[[], object]] = [lambda: check_key(key), lambda: SIGNER.sign(key)]
    for call in calls:
        with pytest.raises(InvalidInput):
            call()

    for waited in (store.put(key, b"1"), store.get(key, 1), store.delete_prefix(key), store.link(key)):
        with pytest.raises(InvalidInput):
            await waited


async def test_a_broken_store_is_unavailable(tmp_path: Path) -> None:
    """A folder that cannot be written to is BackendUnavailable, and says nothing of paths."""
    store = ArtifactStore.from_url(f"file://{tmp_path}/artifacts", SIGNER)
    (tmp_path / "artifacts" / "jobs").write_bytes(b"a file where a folder must be")

    with pytest.raises(BackendUnavailable) as failure:
        await store.put(KEY, b"1")

    assert str(tmp_path) not in failure.value.message


async def test_own_links_verify(store: ArtifactStore) -> None:
    """A link names the key below the base URL, and its parts verify."""
    link = await store.link(KEY, 60)

    assert link.startswith(f"http://gateway.test/media/{KEY}?expires=")
    SIGNER.verify(*parts(link))


@pytest.mark.parametrize("change", ["key", "expires", "signature", "secret", "empty", "words", "huge"])
def test_changed_links_are_refused(change: str) -> None:
    """Any change to a link makes it worthless."""
    key, expires, signature = parts(SIGNER.sign(KEY, 60))
    changed = {
        "key": ("jobs/abc/other.mp4", expires, signature),
        "expires": (key, str(int(expires) + 1), signature),
        "signature": (key, expires, "0" * 64),
        "secret": parts(LinkSigner("another", "http://gateway.test").sign(KEY, 60)),
        "empty": (key, "", ""),
        "words": (key, "soon", "ünlikely"),
        "huge": (key, "9" * 40, signature),
    }[change]

    with pytest.raises(PermissionDenied) as refusal:
        SIGNER.verify(*changed)

    assert "LINK_INVALID" == refusal.value.reason


def test_links_expire() -> None:
    """After its time a genuine link is refused."""
    link = parts(SIGNER.sign(KEY, -5))

    with pytest.raises(PermissionDenied) as refusal:
        SIGNER.verify(*link)

    assert "LINK_EXPIRED" == refusal.value.reason
    assert int(link[1]) < time.time()


async def test_without_a_secret_there_are_no_links(tmp_path: Path) -> None:
    """A local store without a signer says so."""
    store = ArtifactStore.from_url(f"file://{tmp_path}")

    with pytest.raises(BackendUnavailable) as failure:
        await store.link(KEY)

    assert "LINKS_NOT_CONFIGURED" == failure.value.reason


async def test_s3_links_are_presigned(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloud's own link is given, with its expiry."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    link = await ArtifactStore.from_url("s3://bucket/prefix").link(KEY, 3600)
    query = parse_qs(urlsplit(link).query)

    assert f"/bucket/prefix/{KEY}" == urlsplit(link).path
    assert ["3600"] == query["X-Amz-Expires"]
    assert query["X-Amz-Signature"]


def test_unknown_kinds_of_store_are_refused() -> None:
    """A URL of no known kind is an error at once."""
    with pytest.raises(ValueError, match="ftp"):
        ArtifactStore.from_url("ftp://host/folder")
