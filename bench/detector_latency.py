"""How long the detector takes through the gateway, on its own, and in Triton alone: `python -m bench.detector_latency`.

One JSON line a result; see README.md for how to read them.
"""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import numpy as np

from bench.harness import Call, Case, emit, machine, measure, ratios
from bench.settings import BenchSettings
from meshkit.client import connect
from meshkit.settings import ROOT, load
from meshkit.triton import TritonClient
from services.detector.pictures import decode, inspect
from sutradhar.common.v1 import common_pb2 as common
from sutradhar.detector.v1 import detector_pb2 as pb
from sutradhar.detector.v1 import detector_pb2_grpc as pb_grpc

_PHOTO = ROOT / "tests" / "testdata" / "photos" / "dog.webp"
_MODEL = "coco_ssd"
_SURE = 0.5  # the confidence from which the service shows a pet


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the mesh that the flags or the environment name."""
    options = _options(arguments)
    asyncio.run(_measure(options, options.photo.read_bytes()))


async def _measure(options: argparse.Namespace, photo: bytes) -> None:
    emit({**machine(), "photo": options.photo.name, "bytes": len(photo)})
    async with AsyncExitStack() as stack:
        cases = [
            Case("gateway", await _gateway(stack, options.gateway, options.api_key, photo)),
            Case("service", await _service(stack, options.detector, photo)),
            Case("triton", await _triton(stack, options.triton, photo)),
        ]
        results = []
        async for result in measure(cases, options.clients, options.requests, options.rounds):
            emit(result)
            results.append(result)
    for ratio in ratios(results, base="triton"):
        emit(ratio)


async def _gateway(stack: AsyncExitStack, url: str, key: str, photo: bytes) -> Call:
    """POST /v1/images:detect with the photo in a form."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    session = await stack.enter_async_context(aiohttp.ClientSession(url, headers=headers))

    async def call() -> None:
        form = aiohttp.FormData()
        form.add_field("image.data", photo, filename="photo.webp", content_type="image/webp")
        async with session.post("/v1/images:detect", data=form) as response:
            if response.status == 429:
                raise SystemExit("The gateway's rate limit is on; README.md tells how to start it without.")
            response.raise_for_status()
            _expect((await response.json())["petFound"])

    return call


async def _service(stack: AsyncExitStack, target: str, photo: bytes) -> Call:
    """Detect over gRPC."""
    channel = connect(target)
    stack.push_async_callback(channel.close)
    stub = pb_grpc.DetectorServiceStub(channel)
    request = pb.DetectRequest(image=common.Image(data=photo))

    async def call() -> None:
        _expect((await stub.Detect(request)).pet_found)

    return call


async def _triton(stack: AsyncExitStack, url: str, photo: bytes) -> Call:
    """One inference on the frame that the service would make of the photo."""
    triton = TritonClient(url)
    stack.push_async_callback(triton.close)
    config = await triton.model_config(_MODEL)
    height, width, _ = config.input[0].dims[-3:]
    frame = decode(photo, inspect(photo, "photo"), width, height, "photo").frame[np.newaxis]

    async def call() -> None:
        answer = await triton.infer(_MODEL, {"IMAGES": frame}, ["BOXES", "COUNT"])
        _expect(answer["BOXES"].reshape(-1, 6)[0, 4] >= _SURE)

    return call


def _expect(found: bool) -> None:
    if not found:
        raise SystemExit("The answer shows no pet: the photo must show one.")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    defaults = load(BenchSettings)
    parser = argparse.ArgumentParser(prog="python -m bench.detector_latency", description=__doc__)
    add = parser.add_argument
    add("--gateway", default=defaults.gateway_url, help="address of the gateway (GATEWAY_URL)")
    add("--detector", default=defaults.detector_target, help="host:port of the service (DETECTOR_TARGET)")
    add("--triton", default=defaults.triton_url, help="host:port of Triton's gRPC (TRITON_URL)")
    add("--api-key", default=defaults.api_key, help="a key of the gateway (BENCH_API_KEY)")
    add("--photo", type=Path, default=_PHOTO, help="a picture that shows a pet")
    add("--clients", type=int, nargs="+", default=[1, 16], help="how many clients at once")
    add("--requests", type=int, default=200, help="requests of a case in a round")
    add("--rounds", type=int, default=3)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
