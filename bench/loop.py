"""The bare loop of baselines/loop.py as a case: a process that is told how many photos to look at."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bench.calls import check
from bench.environments import LABELS, MODEL, program, variables
from bench.harness import Case, Load
from bench.photos import Photo
from bench.processes import Process, asked, ready, running, says_ready


async def loop_case(
    stack: AsyncExitStack,
    name: str,
    photos: Sequence[Photo],
    work: Path,
    *,
    service_decoding: bool = False,
    python: str = "",
    modules: Path | None = None,
) -> Case:
    """Whatever the number of clients, it looks at one photo after the other.

    `python` and `modules` name another interpreter than that of `.venv-bench`, and where it finds onnxruntime.
    """
    folder, log = work / name, work / f"{name}.txt"
    _write(photos, folder)
    command = [python or program(".venv-bench", "python"), "-m", "bench.baselines.loop"]
    command += [str(MODEL), str(LABELS), str(folder), *(["--service-decoding"] if service_decoding else [])]
    process = await stack.enter_async_context(running(command, log, variables(modules), piped=True))
    await ready(process, log, lambda: says_ready(process))

    async def run(clients: int, requests: int) -> Load:
        return await _ask(process, log, photos, requests)

    return Case(name, run)


def _write(photos: Sequence[Photo], folder: Path) -> None:
    """The loop takes them in the order of their names, which is that of `photos`."""
    folder.mkdir()
    for photo in photos:
        (folder / photo.name).write_bytes(photo.data)


async def _ask(process: Process, log: Path, photos: Sequence[Photo], requests: int) -> Load:
    answer = await asked(process, log, requests)
    for number, labels in enumerate(answer["labels"]):
        check(photos[number % len(photos)], labels)
    return Load(answer["seconds"], sum(answer["seconds"]), {"loop": answer["cpu"]})
