"""Tells a clip by its first bytes. Nothing is decoded here: only the detector's ffmpeg opens clips.

Containers: the ISO base media file format of MP4 and MOV (ISO 14496-12; QuickTime's older atoms) and Matroska, of
which WebM is a part (RFC 9559).
"""

from meshkit.errors import PayloadTooLarge, UnsupportedMedia

MAX_BYTES = 32 * 1024 * 1024

# The media types under which browsers and phones send each kind.
CONTENT_TYPES = {
    "mov": ("video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "video/3gpp2"),
    "matroska": ("video/webm", "video/x-matroska"),
}
HEAD_BYTES = 12  # as many tell the kind

_MOV_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_EBML = b"\x1a\x45\xdf\xa3"
# Pictures in the same container: HEIF with its codecs, AVIF, Canon's raw files (the brands of mp4ra.org).
_PICTURES = frozenset(b"heic heix heim heis hevc hevx hevm hevs mif1 mif2 msf1 miaf avif avis crx".split())


def sniff(data: bytes) -> str | None:
    """The container by its first bytes, in ffmpeg's words: mov (MP4 and MOV), matroska (WebM) or None."""
    if data[:4] == _EBML:
        return "matroska"
    if data[4:8] not in _MOV_BOXES or (data[4:8] == b"ftyp" and data[8:12].rstrip() in _PICTURES):
        return None
    return "mov"


def require_clip(data: bytes, *, field: str) -> str:
    """The container of a clip.

    Raises, naming `field`: PayloadTooLarge (VIDEO_TOO_LARGE), UnsupportedMedia (VIDEO_TYPE_UNSUPPORTED).
    """
    if len(data) > MAX_BYTES:
        raise PayloadTooLarge(
            f"{field}: the clip is larger than {MAX_BYTES} bytes.", field=field, reason="VIDEO_TOO_LARGE"
        )
    kind = sniff(data)
    if kind is None:
        raise UnsupportedMedia(
            f"{field}: only MP4, WebM and MOV clips are accepted.",
            field=field,
            reason="VIDEO_TYPE_UNSUPPORTED",
        )
    return kind
