"""What watchers of the health service hear."""

import asyncio
from typing import Any

from grpc_health.v1 import health_pb2

from meshkit.health import HealthMonitor

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Ear:
    """The server's side of a watching call: hears what the service says."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[int] = asyncio.Queue()

    async def write(self, answer: Any) -> None:
        """Keeps an answer."""
        await self.heard.put(answer.status)


async def test_a_watcher_that_leaves_makes_no_other_deaf() -> None:
    """The second client goes on hearing of changes when the first one is gone."""
    monitor = HealthMonitor(["a.Service"], None, 1, 1)
    await monitor.start()
    ears = [Ear(), Ear()]
    question = health_pb2.HealthCheckRequest(service="")
    servicer: Any = monitor.servicer
    watches = [asyncio.ensure_future(servicer.Watch(question, ear)) for ear in ears]
    first = [await ear.heard.get() for ear in ears]
    watches[0].cancel()
    await asyncio.wait(watches[:1])
    await monitor.stop()
    async with asyncio.timeout(5):
        then = await ears[1].heard.get()
    watches[1].cancel()

    assert ([SERVING, SERVING], NOT_SERVING) == (first, then)
