"""meshkit/clips.py: what is a clip by its first bytes."""

import pytest

from meshkit.clips import MAX_BYTES, require_clip, sniff
from meshkit.errors import MeshError

KINDS = [
    (b"\0\0\0\x18ftypisom", "mov"),
    (b"\0\0\0\x14ftypqt  ", "mov"),
    (b"\0\0\0\x08wide\0\0\1\0mdat", "mov"),
    (b"\0\0\0\x08moov", "mov"),
    (b"\x1a\x45\xdf\xa3\x01", "matroska"),
    (b"\0\0\0\x18ftypheic", None),
    (b"\0\0\0\x18ftypavif", None),
    (b"\0\0\0\x18ftypcrx ", None),
    (b"\xff\xd8\xff\xe0", None),
    (b"RIFF\0\0\0\0AVI ", None),
    (b"ftypisom", None),
    (b"#EXTM3U", None),
    (b"", None),
]


@pytest.mark.parametrize(("data", "kind"), KINDS, ids=range(len(KINDS)))
def test_kinds(data: bytes, kind: str | None) -> None:
    """MP4, MOV and WebM; neither pictures in the same container nor lists of other files."""
    assert kind == sniff(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"text", "VIDEO_TYPE_UNSUPPORTED"), (b"\0\0\0\x18ftyp" + bytes(MAX_BYTES), "VIDEO_TOO_LARGE")],
)
def test_refusals(data: bytes, reason: str) -> None:
    """They name the field."""
    with pytest.raises(MeshError) as caught:
        require_clip(data, field="clip")

    assert ("clip", reason) == (caught.value.field, caught.value.reason)
    assert caught.value.message.startswith("clip: ")


def test_a_clip() -> None:
    """The largest one passes."""
    assert "mov" == require_clip(b"\0\0\0\x18ftyp" + bytes(MAX_BYTES - 8), field="clip")
