"""How each server is asked about a photo. Every answer is checked: a wrong one ends the measurement."""

import json
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack

import aiohttp
import numpy as np

from bench.harness import Call
from bench.photos import PETS, Photo
from meshkit.client import connect
from meshkit.triton import TritonClient
from services.detector.pictures import decode, inspect
from sutradhar.common.v1 import common_pb2 as common
from sutradhar.detector.v1 import detector_pb2 as pb
from sutradhar.detector.v1 import detector_pb2_grpc as pb_grpc

_MODEL = "coco_ssd"
_SURE = 0.5  # the confidence from which the service shows a pet


def check(photo: Photo, labels: Iterable[str]) -> None:
    """Ends the measurement unless the pets among the labels are those that the photo shows."""
    found = PETS & set(labels)
    if found != photo.pets:
        raise SystemExit(f"{photo.name}: {sorted(found)} were found, {sorted(photo.pets)} must be.")


async def gateway(stack: AsyncExitStack, photos: Sequence[Photo], url: str, headers: dict[str, str]) -> Call:
    """POST /v1/images:detect with the photo in a form."""
    session = await stack.enter_async_context(aiohttp.ClientSession(url, headers=headers))

    async def call(number: int) -> None:
        photo = photos[number % len(photos)]
        async with session.post("/v1/images:detect", data=_form("image.data", photo)) as response:
            if response.status == 429:
                raise SystemExit("The gateway's rate limit is on; README.md tells how to start it without.")
            response.raise_for_status()
            check(photo, [one["label"] for one in (await response.json()).get("detections", [])])

    return call


async def service(stack: AsyncExitStack, photos: Sequence[Photo], target: str) -> Call:
    """Detect over gRPC."""
    channel = connect(target)
    stack.push_async_callback(channel.close)
    stub = pb_grpc.DetectorServiceStub(channel)

    async def call(number: int) -> None:
        photo = photos[number % len(photos)]
        answer = await stub.Detect(pb.DetectRequest(image=common.Image(data=photo.data)))
        check(photo, [one.label for one in answer.detections])

    return call


async def triton(stack: AsyncExitStack, photos: Sequence[Photo], url: str) -> Call:
    """One inference on the frame that the service makes of the photo."""
    client = TritonClient(url)
    stack.push_async_callback(client.close)
    config = await client.model_config(_MODEL)
    height, width, _ = config.input[0].dims[-3:]
    labels = config.parameters["labels"].string_value.split(",")
    frames = [decode(one.data, inspect(one.data, one.name), width, height, one.name).frame for one in photos]

    async def call(number: int) -> None:
        index = number % len(photos)
        answer = await client.infer(_MODEL, {"IMAGES": frames[index][np.newaxis]}, ["BOXES", "COUNT"])
        rows = answer["BOXES"].reshape(-1, 6)[: int(answer["COUNT"].flat[0])]
        check(photos[index], [labels[int(row[5])] for row in rows if row[4] >= _SURE])

    return call


async def fastapi(stack: AsyncExitStack, photos: Sequence[Photo], url: str) -> Call:
    """POST /detect with the photo in a form."""
    session = await stack.enter_async_context(aiohttp.ClientSession(url))

    async def call(number: int) -> None:
        photo = photos[number % len(photos)]
        async with session.post("/detect", data=_form("image", photo)) as response:
            response.raise_for_status()
            check(photo, [one["label"] for one in await response.json()])

    return call


async def mlserver(stack: AsyncExitStack, photos: Sequence[Photo], target: str) -> Call:
    """ModelInfer of the V2 protocol over gRPC: faster here than its REST, which wants the photo in base64."""
    client = TritonClient(target)
    stack.push_async_callback(client.close)

    async def call(number: int) -> None:
        photo = photos[number % len(photos)]
        answer = await client.infer("detector", {"image": np.array([photo.data], np.object_)}, ["found"])
        check(photo, [one["label"] for one in json.loads(answer["found"].flat[0])])

    return call


def _form(field: str, photo: Photo) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field(field, photo.data, filename=photo.name, content_type=photo.content_type)
    return form
