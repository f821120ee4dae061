"""How long a pet video takes from the order to the link: `python -m bench.pet_video`.

One JSON line a result; see README.md for how to read them.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from bench.harness import emit, machine
from bench.mesh import mesh_of
from bench.settings import BenchSettings
from meshkit.settings import ROOT, load

_PHOTO = ROOT / "tests" / "testdata" / "photos" / "dog.webp"
# About ten seconds of speech.
_TEXT = (
    "Meet the laziest dog in town. He sleeps through breakfast, he sleeps through lunch, and when the "
    "postman rings the bell he only opens one eye. Some call him a guard dog."
)
_FILTERS = ("", "desi-fire", "pet-maharaja", "bollywood-burn")
_SECONDS = 300.0


class Made(NamedTuple):
    """Seconds from the order to the end of the job, and the length of the video in seconds."""

    waited: float
    length: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the mesh that the flags or the environment name, or one of its own."""
    asyncio.run(_measure(_options(arguments)))


async def _measure(options: argparse.Namespace) -> None:
    emit({**machine(), "photo": options.photo.name, "aspect": options.aspect, "rounds": options.rounds})
    made: dict[str, list[Made]] = {name: [] for name in _FILTERS}
    async with mesh_of(options.mesh) as mesh:
        async with aiohttp.ClientSession(mesh.gateway, headers=options.headers) as http:
            for _ in range(options.rounds):
                for name in _FILTERS:
                    made[name].append(await _make(http, options, name))
    for name, videos in made.items():
        emit({"case": f"pet_video {name or 'plain'}", **_medians(videos)})


async def _make(http: aiohttp.ClientSession, options: argparse.Namespace, filter_id: str) -> Made:
    """Orders one video and follows its log until the end."""
    form = aiohttp.FormData({"text": _TEXT, "filter_id": filter_id, "aspect": options.aspect})
    form.add_field("image", options.photo.read_bytes(), filename=options.photo.name)
    began = time.perf_counter()
    async with asyncio.timeout(_SECONDS):
        async with http.post("/api/generate-video", data=form) as answer:
            answer.raise_for_status()
            job_id = (await answer.json())["job_id"]
        async with http.get(f"/v1/videos/{job_id}:watch") as log:
            async for _ in log.content:
                pass
    waited = time.perf_counter() - began
    async with http.get(f"/v1/videos/{job_id}") as answer:
        return Made(waited, _length((await answer.json())["job"]))


def _length(job: Any) -> float:
    if job["state"] != "JOB_STATE_COMPLETED":
        raise SystemExit(f"The job did not complete: {job['detail']}")
    return float(job["result"]["duration"].removesuffix("s"))


def _medians(videos: Sequence[Made]) -> dict[str, object]:
    waited, length = (statistics.median(column) for column in zip(*videos, strict=True))
    spread = [round(bound(one.waited for one in videos), 2) for bound in (min, max)]
    return {
        "seconds": round(waited, 2),
        "video_seconds": round(length, 2),
        "seconds_per_video_second": round(waited / length, 3),
        "seconds_of_rounds": spread,
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    defaults = load(BenchSettings)
    parser = argparse.ArgumentParser(prog="python -m bench.pet_video", description=__doc__)
    add = parser.add_argument
    add("--mesh", type=Path, default=defaults.mesh, help="folder of a running mesh, such as var (BENCH_MESH)")
    add("--photo", type=Path, default=_PHOTO, help="a picture that shows a pet")
    add("--aspect", choices=["portrait", "landscape"], default="portrait")
    add("--rounds", type=int, default=3)
    parser.set_defaults(headers=defaults.headers)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
