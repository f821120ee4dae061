"""The servers that the detector is measured against: those of baselines/, each in its environment."""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bench.calls import fastapi, mlserver
from bench.environments import LABELS, MODEL, program, variables
from bench.harness import Case, served
from bench.photos import Photo
from bench.processes import answers_http, free_ports, meter, ready, running


async def fastapi_case(
    stack: AsyncExitStack, name: str, photos: Sequence[Photo], work: Path, *, workers: int, threads: int
) -> Case:
    """FastAPI under uvicorn: so many processes, and threads of one inference in each (0: onnxruntime's default)."""
    (port,) = free_ports(1)
    log, url = work / f"{name}.txt", f"http://127.0.0.1:{port}"
    told = {"MODEL": str(MODEL), "LABELS": str(LABELS), "THREADS": str(threads)}
    command = [program(".venv-bench", "uvicorn"), "bench.baselines.fastapi_app:app", "--port", str(port)]
    command += ["--workers", str(workers), "--log-level", "warning"]
    process = await stack.enter_async_context(running(command, log, variables() | told))
    await ready(process, log, lambda: answers_http(f"{url}/openapi.json"))
    return served(name, await fastapi(stack, photos, url), meter(fastapi=process.pid))


async def mlserver_case(
    stack: AsyncExitStack, name: str, photos: Sequence[Photo], work: Path, *, workers: int, threads: int
) -> Case:
    """MLServer with so many worker processes, and threads of one inference in each (0: onnxruntime's default)."""
    http, grpc, metrics = free_ports(3)
    folder, log = work / name, work / f"{name}.txt"
    folder.mkdir()
    ports = {"http_port": http, "grpc_port": grpc, "metrics_port": metrics}
    _write(folder, {"parallel_workers": workers, **ports}, {"labels": str(LABELS), "threads": threads})
    command = [program(".venv-mlserver", "mlserver"), "start", str(folder)]
    process = await stack.enter_async_context(running(command, log, variables()))
    await ready(process, log, lambda: answers_http(f"http://127.0.0.1:{http}/v2/models/detector/ready"))
    return served(name, await mlserver(stack, photos, f"127.0.0.1:{grpc}"), meter(mlserver=process.pid))


def _write(folder: Path, settings: dict[str, int], extra: dict[str, object]) -> None:
    """The two files that MLServer reads, as its documentation has them."""
    own_folders = {"metrics_dir": str(folder), "environments_dir": str(folder)}
    server = {"host": "127.0.0.1", "debug": False, **own_folders, **settings}
    model = {
        "name": "detector",
        "implementation": "bench.baselines.mlserver_runtime.PetDetector",
        "parameters": {"uri": str(MODEL), "extra": extra},
    }
    (folder / "settings.json").write_text(json.dumps(server))
    (folder / "model-settings.json").write_text(json.dumps(model))
