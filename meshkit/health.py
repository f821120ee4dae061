"""Health that means something: a probe that does real work decides what the health service says."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence

from grpc_health.v1 import health, health_pb2

from meshkit.log import get_logger

_log = get_logger(__name__)

STOP_SECONDS = 2.0

Probe = Callable[[], Awaitable[None]]
"""Does one real, small piece of the service's work; raises when that is impossible."""


class _Watchers(defaultdict[str, asyncio.Condition]):
    """What the watchers of each name wait on.

    The library drops a name's condition when one of its watchers leaves, and the others would never hear of a change
    again: a client would go on calling an ill service, or shun one that is well. So our own names keep theirs.
    """

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(asyncio.Condition)
        self._names = frozenset(names)

    def __delitem__(self, name: str) -> None:
        if name not in self._names:
            super().__delitem__(name)


class HealthMonitor:
    """Runs the probe for as long as the server lives and sets the status of every service name."""

    def __init__(self, names: Sequence[str], probe: Probe | None, interval: float, timeout: float) -> None:
        self.servicer = health.aio.HealthServicer()
        self._names = ("", *names)
        # There is no public way in; the stubs do not know it.
        self.servicer._server_watchers = _Watchers(self._names)  # type: ignore[attr-defined]
        self._probe = probe
        self._interval = interval
        self._timeout = timeout
        self._task: asyncio.Task[None] | None = None
        self._serving = False
        self._why = ""

    async def start(self) -> None:
        """Begins: NOT_SERVING until the first probe has succeeded; without a probe SERVING at once."""
        if self._probe is None:
            await self._set(True)
            return
        await self._announce(health_pb2.HealthCheckResponse.NOT_SERVING)
        self._task = asyncio.create_task(self._watch(self._probe), name="health-probe")

    async def stop(self) -> None:
        """Ends the probe and says NOT_SERVING for good."""
        if self._task is not None:
            self._task.cancel()
            # Bounded: a client library that swallows the cancellation must not keep the server from stopping.
            await asyncio.wait([self._task], timeout=STOP_SECONDS)
        await self.servicer.enter_graceful_shutdown()

    async def _watch(self, probe: Probe) -> None:
        while True:
            await self._set(await self._succeeds(probe))
            # While ill, look more often: a model that is back should be used soon.
            await asyncio.sleep(self._interval if self._serving else min(1.0, self._interval))

    async def _succeeds(self, probe: Probe) -> bool:
        try:
            async with asyncio.timeout(self._timeout):
                await probe()
        except Exception as error:  # noqa: BLE001 - whatever a probe raises means ill
            why = type(error).__name__
            # Told when it begins and when it changes, not once a second for as long as it lasts.
            if why != self._why:
                _log.warning("health probe failed", error=why, exc_info=True)
            self._why = why
            return False
        self._why = ""
        return True

    async def _set(self, serving: bool) -> None:
        if serving == self._serving:
            return
        self._serving = serving
        _log.info("health changed", serving=serving)
        response = health_pb2.HealthCheckResponse
        await self._announce(response.SERVING if serving else response.NOT_SERVING)

    async def _announce(self, status: int) -> None:
        for name in self._names:
            await self.servicer.set(name, status)
