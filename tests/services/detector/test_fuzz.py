"""Thousands of broken pictures, sent to the whole service: it answers or refuses, and stays as it was."""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import grpc
import pytest

from meshkit.errors import from_rpc_error
from sutradhar.detector.v1 import detector_pb2 as pb
from tests.fixtures.triton import Triton
from tests.services.detector import making
from tests.services.detector.mutations import mutant
from tests.services.detector.processes import Service, question, service
from tests.services.detector.settings import FuzzSettings

FUZZ = FuzzSettings()
CALLERS = 8
ROUNDS = 10
SECONDS = 20.0  # for one picture, of which the largest takes two
# Bytes between the smallest sizes of the first and the second half, which a passing peak doesn't change. A leak of
# 10 KB a picture is more.
GROWTH = 8 << 20


class Verdict(NamedTuple):
    """What the service said of a broken picture: the code's name, and what of the answer is not as it must be."""

    code: str
    fault: str


@pytest.mark.timeout(60 + FUZZ.files / 20)
async def test_broken_pictures(triton: Triton, tmp_path: Path) -> None:
    """Each is answered or refused as a bad image; the service lives, sees as before, and has not grown."""
    async with service(tmp_path, triton.grpc_url, LOG_LEVEL="error") as one:
        before = await one.stub.Detect(question(making.photo("dog")))
        verdicts, resident = dict[int, Verdict](), []
        for start in range(ROUNDS):
            numbers = iter(range(start, FUZZ.files, ROUNDS))
            await asyncio.gather(*(_send(one, numbers, verdicts) for _ in range(CALLERS)))
            resident.append(one.resident())
        after = await one.stub.Detect(question(making.photo("dog")))
    codes = Counter(verdict.code for verdict in verdicts.values())
    sys.stdout.write(f"seed {FUZZ.seed}: {dict(codes)}, resident MiB {[size >> 20 for size in resident]}\n")
    faults = [_kept(number, verdict, tmp_path) for number, verdict in verdicts.items() if verdict.fault]

    assert [] == faults
    assert before == after
    assert codes["OK"] > FUZZ.files // 5 and codes["INVALID_ARGUMENT"] > FUZZ.files // 5
    assert min(resident[ROUNDS // 2 :]) < min(resident[: ROUNDS // 2]) + GROWTH


async def _send(one: Service, numbers: Iterator[int], verdicts: dict[int, Verdict]) -> None:
    for number in numbers:
        try:
            answer = await one.stub.Detect(question(mutant(FUZZ.seed, number).data), timeout=SECONDS)
        except grpc.aio.AioRpcError as error:
            verdicts[number] = Verdict(error.code().name, _fault(error))
        else:
            verdicts[number] = Verdict("OK", "" if _is_sound(answer) else "boxes out of the picture")


def _fault(error: grpc.aio.AioRpcError) -> str:
    """What is wrong with a refusal; empty when it is one that names the image."""
    field = from_rpc_error(error, "detector").field
    if error.code() == grpc.StatusCode.INVALID_ARGUMENT and field in ("image", "image.data"):
        return ""
    return f"{error.code().name}, field {field!r}: {error.details()}"


def _is_sound(answer: pb.DetectResponse) -> bool:
    boxes = [one.box for one in answer.detections]
    return answer.width * answer.height >= 32 * 32 and all(
        0 <= box.x_min < box.x_max <= answer.width and 0 <= box.y_min < box.y_max <= answer.height
        for box in boxes
    )


def _kept(number: int, verdict: Verdict, folder: Path) -> str:
    """One line on a picture that was answered wrongly; the file is kept."""
    story, data = mutant(FUZZ.seed, number)
    path = folder / f"seed-{FUZZ.seed}-{number}.bin"
    path.write_bytes(data)
    return f"{verdict.fault}: {story} (FUZZ_SEED={FUZZ.seed}, number {number}, {path})"
