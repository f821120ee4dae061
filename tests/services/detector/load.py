"""Callers that ask without a pause while a test does harm, and what became of each of their calls."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from sutradhar.common.v1 import common_pb2 as common
from sutradhar.detector.v1 import detector_pb2 as pb
from sutradhar.detector.v1 import detector_pb2_grpc as pb_grpc
from tests.services.detector import making
from tests.services.detector.processes import question

CALLERS = 8
BATCH = ("cat", "dog", "cow", "chickens")
PAUSE = 0.02  # seconds after a failure


class Outcome(NamedTuple):
    """A call's status, when it began and ended (time.monotonic), and what was seen."""

    code: str
    began: float
    ended: float
    labels: tuple[str, ...]


@dataclass
class Load:
    """What has happened so far."""

    outcomes: list[Outcome] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def add(self, outcome: Outcome) -> None:
        """One more call has ended."""
        async with self._news:
            self.outcomes.append(outcome)
            self._news.notify_all()

    async def until(self, count: int, code: str, since: float = 0.0, seconds: float = 30.0) -> list[Outcome]:
        """The first `count` calls with that status that began after `since`. Raises TimeoutError."""
        async with self._news, asyncio.timeout(seconds):
            await self._news.wait_for(lambda: len(self._such(code, since)) >= count)
        return self._such(code, since)[:count]

    def ended_after(self, moment: float) -> list[Outcome]:
        """The calls that were under way at that time, or came later."""
        return [one for one in self.outcomes if one.ended > moment]

    def _such(self, code: str, since: float) -> list[Outcome]:
        return [one for one in self.outcomes if one.code == code and one.began > since]


@asynccontextmanager
async def asking(target: str, timeout: float = 30.0) -> AsyncIterator[Load]:
    """Eight callers, of which two send batches, on a channel that neither retries nor looks at the health."""
    load = Load()
    async with grpc.aio.insecure_channel(target) as channel:
        stub = pb_grpc.DetectorServiceStub(channel)
        tasks = [
            asyncio.create_task(_ask(load, _batch if n % 4 == 0 else _single, stub, timeout))
            for n in range(CALLERS)
        ]
        try:
            yield load
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _ask(load: Load, call: Callable[..., Any], stub: Any, timeout: float) -> None:
    while True:
        began, labels = time.monotonic(), ()
        try:
            labels, code = await call(stub, timeout), "OK"
        except grpc.aio.AioRpcError as error:
            code = error.code().name
        await load.add(Outcome(code, began, time.monotonic(), labels))
        if code != "OK":
            await asyncio.sleep(PAUSE)


async def _single(stub: Any, timeout: float) -> tuple[str, ...]:
    answer: pb.DetectResponse = await stub.Detect(question(making.photo("dog")), timeout=timeout)
    return tuple(one.label for one in answer.detections)


async def _batch(stub: Any, timeout: float) -> tuple[str, ...]:
    images = [common.Image(data=making.photo(name)) for name in BATCH]
    answer: pb.DetectBatchResponse = await stub.DetectBatch(
        pb.DetectBatchRequest(images=images), timeout=timeout
    )
    return tuple(each.response.detections[0].label for each in answer.results)


async def until_health(target: str, serving: bool, seconds: float = 30.0) -> None:
    """Wait until the service says that it serves, or that it doesn't. Raises TimeoutError."""
    status = health_pb2.HealthCheckResponse
    wanted = status.SERVING if serving else status.NOT_SERVING
    async with grpc.aio.insecure_channel(target) as channel, asyncio.timeout(seconds):
        stub: Any = health_pb2_grpc.HealthStub(channel)
        async for answer in stub.Watch(health_pb2.HealthCheckRequest(service="")):
            if answer.status == wanted:
                return
