"""A clip in place of a photo, through the whole mesh."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import aiohttp
import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from meshkit.client import connect
from sutradhar.detector.v1 import detector_pb2, detector_pb2_grpc
from tests.e2e.client import PHOTOS, Client
from tests.e2e.film import Film
from tests.e2e.test_refusals import NO_PETS, jobs
from tests.fixtures.mesh import Mesh

pytestmark = pytest.mark.xdist_group("mesh")
SIZE = (640, 480)


def make_clip(path: Path, *shown: tuple[str, int]) -> bytes:
    """A clip of photos, each for some seconds; the suffix names its container."""
    inputs: list[str] = []
    for name, seconds in shown:
        inputs += ["-framerate", "10", "-loop", "1", "-t", str(seconds), "-i", str(PHOTOS / name)]
    fitted = [f"[{n}:v]scale={SIZE[0]}:{SIZE[1]},setsar=1[v{n}]" for n in range(len(shown))]
    joined = "".join(f"[v{n}]" for n in range(len(shown))) + f"concat=n={len(shown)}[v]"
    codec = ("-c:v", "libvpx", "-deadline", "realtime") if path.suffix == ".webm" else ("-preset", "veryfast")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *inputs]
    command += ["-filter_complex", ";".join([*fitted, joined]), "-map", "[v]"]
    subprocess.run([*command, "-pix_fmt", "yuv420p", *codec, str(path)], check=True, timeout=60)
    return path.read_bytes()


def clip_form(field: str, clip: bytes, content_type: str) -> aiohttp.FormData:
    """What a page sends for a clip."""
    form = aiohttp.FormData()
    form.add_field(field, clip, filename="clip", content_type=content_type)
    form.add_field("text", "Roast my lazy dog who sleeps all day!")
    return form


async def post_clip(client: Client, field: str, clip: bytes, content_type: str) -> tuple[int, Any]:
    """Asks for a video of a clip; gives the status and the JSON body."""
    form = clip_form(field, clip, content_type)
    async with client.http.post("/api/generate-video", data=form) as answer:
        return answer.status, await answer.json()


def likeness(one: NDArray[Any], other: NDArray[Any]) -> float:
    """How alike two pictures are in their coarse shapes, -1 to 1."""
    small = [np.asarray(Image.fromarray(each).convert("L").resize((32, 32)), float) for each in (one, other)]
    return float(np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1])


def as_shown(name: str) -> NDArray[Any]:
    """A photo in the size of the clips."""
    return np.asarray(Image.open(PHOTOS / name).convert("RGB").resize(SIZE))


@pytest.mark.parametrize(("suffix", "field"), [("mp4", "image"), ("webm", "video")])
async def test_a_clip_of_a_dog_becomes_a_video(mesh: Mesh, tmp_path: Path, suffix: str, field: str) -> None:
    """Three seconds of a landscape, then the dog: the video shows the dog, and the clip is kept nowhere."""
    clip = make_clip(tmp_path / f"clip.{suffix}", ("none-003.webp", 3), ("dog.webp", 3))
    async with Client(mesh.base_url) as client:
        status, accepted = await post_clip(client, field, clip, f"video/{suffix}")
        job = await client.finished(accepted["job_id"])
        links = {asset["name"]: asset["uri"] for asset in job["assets"]}
        photo = np.asarray(Image.open(io.BytesIO(await client.download(links["input/photo.jpg"]))))
        _, result = await client.get(f"/api/video-result/{accepted['job_id']}")
        (tmp_path / "video.mp4").write_bytes(await client.download(result["video_url"]))
    film = Film(tmp_path / "video.mp4")
    box = job["pets"][0]["box"]
    kept = [
        path for path in mesh.layout.home.rglob("*") if path.is_file() and path.stat().st_size == len(clip)
    ]

    assert (202, "completed", "dog") == (status, result["status"], job["pets"][0]["label"])
    assert (480, 640, 3) == photo.shape
    assert likeness(photo, as_shown("dog.webp")) > 0.9 > likeness(photo, as_shown("none-003.webp"))
    assert box["xMax"] <= 640 and box["yMax"] <= 480
    assert (1080, 1920) == film.size
    assert film.duration > 1
    assert [] == kept


async def test_a_clip_without_a_pet_is_refused_and_forgotten(mesh: Mesh, tmp_path: Path) -> None:
    """The exact body of the dialect, and no job."""
    before = await jobs(mesh)
    clip = make_clip(tmp_path / "clip.mp4", ("none-003.webp", 2), ("none-033.webp", 2))
    async with Client(mesh.base_url) as client:
        answer = await post_clip(client, "video", clip, "video/mp4")

    assert (400, NO_PETS) == answer
    assert before == await jobs(mesh)


@pytest.mark.parametrize(
    ("clip", "content_type", "status", "reason"),
    [
        (b"\0\0\0\x18ftypisom" + bytes(50_000), "video/mp4", 400, "VIDEO_UNREADABLE"),
        (b"\x1a\x45\xdf\xa3" + bytes(50_000), "video/webm", 400, "VIDEO_UNREADABLE"),
        (b"\x1a\x45\xdf\xa3" + bytes(50_000), "video/mp4", 415, "VIDEO_TYPE_MISLABELLED"),
        (b"just some words, no clip at all", "text/plain", 415, "IMAGE_TYPE_UNSUPPORTED"),
        (b"just some words, no clip at all", "video/mp4", 415, "IMAGE_TYPE_UNSUPPORTED"),
        (b"\0\0\0\x18ftypisom" + bytes(32 * 1024 * 1024), "video/mp4", 413, "PART_TOO_LARGE"),
    ],
    ids=range(6),
)
@pytest.mark.parametrize("field", ["image", "video"])
async def test_a_broken_clip_names_its_field(
    mesh: Mesh, field: str, clip: bytes, content_type: str, status: int, reason: str
) -> None:
    """A clear refusal in the form's own words, and no job."""
    before = await jobs(mesh)
    async with Client(mesh.base_url) as client:
        got, body = await post_clip(client, field, clip, content_type)
    if field == "video":
        reason = reason.replace("IMAGE_TYPE_UNSUPPORTED", "VIDEO_TYPE_UNSUPPORTED")

    assert (status, reason, field) == (got, body["reason"], body["field"])
    assert body["detail"].startswith(f"{field}: ")
    assert "ffmpeg" not in json.dumps(body)
    assert before == await jobs(mesh)


async def test_a_third_clip_at_once_is_told_when_to_come_back(mesh: Mesh, tmp_path: Path) -> None:
    """While the detector looks at two clips the next upload is refused with a time; no job is left."""
    long = make_clip(tmp_path / "long.mp4", ("none-003.webp", 60))
    asked = detector_pb2.DetectVideoRequest(video=long, frames_per_second=5)
    before = await jobs(mesh)
    channel = connect(mesh.targets["detector"])
    calls = [detector_pb2_grpc.DetectorServiceStub(channel).DetectVideo(asked) for _ in range(2)]
    async with Client(mesh.base_url) as client:
        for call in calls:
            await call.read()
        form = clip_form("video", long, "video/mp4")
        async with client.http.post("/api/generate-video", data=form) as refused:
            body = await refused.json()
        for call in calls:
            call.cancel()
        await channel.close()

    assert (429, "OVERLOADED", "5") == (refused.status, body["reason"], refused.headers["Retry-After"])
    assert before == await jobs(mesh)
