"""The mesh that is measured: one that runs already, or one of the measurement's own."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bench.harness import Meter
from bench.processes import free_ports, meter, ready, running
from tools.mesh.control import ask
from tools.mesh.layout import Layout
from tools.mesh.ports import DEFAULTS

# Where a mesh finds its neighbours, and is found itself: one's own has all of them.
_ELSEWHERE = frozenset(("TRITON_URL", "REDIS_URL", "PORT_OFFSET", "PUBLIC_BASE_URL")) | {
    name.replace("_PORT", "_TARGET") for name in DEFAULTS
}
# One client sends everything.
_UNLIMITED = {"GATEWAY_REQUESTS_PER_SECOND": "0", "GATEWAY_ANONYMOUS_PER_MINUTE": "0"}


@dataclass(frozen=True)
class Mesh:
    """A mesh on this machine: the gateway's URL, host:port of two services and of Triton's gRPC, its processes."""

    gateway: str
    detector: str
    translator: str
    triton: str
    pids: Mapping[str, int]

    @classmethod
    def at(cls, layout: Layout) -> Self:
        """The mesh that runs there."""
        found: dict[str, Any] = json.loads(layout.state.read_text())
        processes = ask(layout.socket, "getAllProcessInfo")
        pids = {one["name"]: one["pid"] for one in processes}
        targets = found["targets"]
        return cls(found["base_url"], targets["detector"], targets["translator"], found["triton_url"], pids)

    def meter(self, *names: str) -> Meter:
        """Reads the processor time of the processes of these names; not of those that run elsewhere."""
        return meter(**{name: self.pids[name] for name in names if name in self.pids})


@asynccontextmanager
async def mesh_of(home: Path | None) -> AsyncIterator[Mesh]:
    """The mesh that runs in this folder; None: one is started, and stopped at the end."""
    if home is None:
        with tempfile.TemporaryDirectory(prefix="bench-mesh-") as folder:
            async with _own(Layout(Path(folder))) as mesh:
                yield mesh
    else:
        yield _running(home)


def _running(home: Path) -> Mesh:
    layout = Layout(home.resolve())
    if not layout.state.exists():
        raise SystemExit(f"No mesh runs in {home}.")
    return Mesh.at(layout)


@asynccontextmanager
async def _own(layout: Layout) -> AsyncIterator[Mesh]:
    """A whole mesh on free ports, without rate limits; what this environment sets for its services holds."""
    ports = dict(zip(DEFAULTS, map(str, free_ports(len(DEFAULTS))), strict=True))
    environment = _environment(os.environ) | ports | {"VAR_DIR": str(layout.home)}
    log = layout.home / "mesh.txt"
    async with running([sys.executable, "-m", "tools.mesh"], log, environment) as process:
        await ready(process, log, lambda: asyncio.to_thread(_is_up, layout))
        yield Mesh.at(layout)


def _is_up(layout: Layout) -> bool:
    return layout.state.exists() and layout.state.read_text().endswith("}")


def _environment(base: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in base.items() if name not in _ELSEWHERE} | _UNLIMITED
