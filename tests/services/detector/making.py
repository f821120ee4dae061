"""Pictures and clips made for the tests, with Pillow and ffmpeg."""

import io
import struct
import subprocess
from pathlib import Path

import imageio_ffmpeg
import psutil
from PIL import Image

PHOTOS = Path(__file__).parents[2] / "testdata" / "photos"


def photo(name: str) -> bytes:
    """A photo of tests/testdata/photos, by its name without `.webp`."""
    return (PHOTOS / f"{name}.webp").read_bytes()


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file of a kind that Pillow writes."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def quarters(width: int = 120, height: int = 80) -> Image.Image:
    """Four colours: red and green above, blue and white below. No turn or flip of it looks like another."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("green", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


def with_orientation(image: Image.Image, orientation: int, kind: str) -> bytes:
    """The image stored as it is, with an EXIF orientation that says how to turn it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {"lossless": True}))


def png_header(width: int, height: int) -> bytes:
    """The start of a PNG file that claims a size; nothing follows."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", width, height, 8, 2, 0, 0, 0, 0)


def jpeg_of_many_scans(scans: int) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    data = encoded(quarters(64, 64), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


def ffmpeg(*arguments: str | Path) -> bytes:
    """Run ffmpeg, quietly; the content of the file that is its last argument."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)], check=True)
    return Path(arguments[-1]).read_bytes()


def running_ffmpegs() -> list[psutil.Process]:
    """The ffmpeg processes that this process has started and that live."""
    return [child for child in psutil.Process().children() if child.name().startswith("ffmpeg")]


def clip(path: Path, *names: str, seconds: int = 2, rate: int = 10) -> bytes:
    """A clip of 640x360: one photo after the other, each for some seconds. The suffix names its container."""
    inputs: list[str | Path] = []
    for name in names:
        inputs += ["-framerate", str(rate), "-loop", "1", "-t", str(seconds), "-i", PHOTOS / f"{name}.webp"]
    fitted = [f"[{n}:v]scale=640:360,setsar=1[v{n}]" for n in range(len(names))]
    joined = "".join(f"[v{n}]" for n in range(len(names))) + f"concat=n={len(names)}[v]"
    fast = ("-c:v", "libvpx", "-deadline", "realtime") if path.suffix == ".webm" else ("-preset", "ultrafast")
    graph = ("-filter_complex", ";".join([*fitted, joined]), "-map", "[v]")
    return ffmpeg(*inputs, *graph, "-pix_fmt", "yuv420p", *fast, path)
