"""What the ready mesh tells: for people on the terminal, for programs in var/run/mesh.json."""

import json
from collections.abc import Mapping
from pathlib import Path

from tools.mesh.environment import TARGETS
from tools.mesh.layout import ROOT, Layout

SERVICES = tuple(name.removesuffix("_TARGET") for name in TARGETS)


def short(path: Path) -> str:
    """A path relative to the repository where it lies in it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def arguments(environment: Mapping[str, str]) -> str:
    """What other commands need to be told to find this mesh: ` PORT_OFFSET=100`, or nothing."""
    return "".join(
        f" {name}={environment[name]}" for name in ("PORT_OFFSET", "VAR_DIR") if environment.get(name)
    )


def banner(layout: Layout, environment: Mapping[str, str], ports: Mapping[str, int], seconds: float) -> str:
    """The lines that a person needs."""
    address = f"http://localhost:{ports['GATEWAY_PORT']}"
    grpc = "  ".join(f"{name.lower()} localhost:{ports[f'{name}_PORT']}" for name in SERVICES)
    return f"""
Sutradhar is ready ({seconds:.1f} s):  {address}

  try it     {address}/docs
  gRPC       {grpc}
  Triton     {environment["TRITON_URL"]} (gRPC)
  logs       {short(layout.log)}/
  secrets    {short(layout.secrets)}
  state      make status{arguments(environment)}
  stop       Ctrl-C
"""


def write_state(layout: Layout, environment: Mapping[str, str], ports: Mapping[str, int]) -> None:
    """Leaves the addresses for programs; the file goes when the mesh stops, or at the next start after a kill."""
    state = {
        "base_url": f"http://127.0.0.1:{ports['GATEWAY_PORT']}",
        "targets": {name.lower(): f"127.0.0.1:{ports[f'{name}_PORT']}" for name in SERVICES},
        "triton_url": environment["TRITON_URL"],
        "redis_url": environment["REDIS_URL"],
        "log": str(layout.log),
    }
    layout.state.write_text(json.dumps(state, indent=1))
