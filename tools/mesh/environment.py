"""The one environment that every process of a mesh gets."""

from collections.abc import Mapping

from tools.mesh.layout import ROOT, Layout
from tools.mesh.settings import RunSettings

# Marks every process of a mesh with its home, so that what a crash left behind is found again.
MARK = "SUTRADHAR_MESH"
# Where the gateway and the services find each other.
TARGETS = ("DETECTOR_TARGET", "TRANSLATOR_TARGET", "SPEECH_TARGET", "VIDEO_TARGET")


def build(
    settings: RunSettings,
    layout: Layout,
    ports: Mapping[str, int],
    keys: Mapping[str, str],
    base: Mapping[str, str],
) -> dict[str, str]:
    """Lays the mesh's own values over `base`, the user's environment; what users may set themselves wins."""
    ours = {name: str(port) for name, port in ports.items()}
    ours |= {
        name: f"127.0.0.1:{ports[name.replace('_TARGET', '_PORT')]}" for name in TARGETS if name not in base
    }
    ours |= keys
    ours |= {
        MARK: str(layout.home),
        "TRITON_URL": settings.triton_url or f"127.0.0.1:{ports['TRITON_GRPC_PORT']}",
        "REDIS_URL": settings.redis_url or f"redis://127.0.0.1:{ports['REDIS_PORT']}/0",
        # Output goes to log files: without this a crash would take its last lines along.
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults(layout, ports), **base, **ours}


def defaults(layout: Layout, ports: Mapping[str, int]) -> dict[str, str]:
    """What holds where the user's environment says nothing."""
    return {
        # Assets from set-up.
        "MODELS_DIR": str(ROOT / "models"),
        # Finished videos; s3://, gs:// and az:// work as well.
        "ARTIFACTS_URL": layout.artifacts.as_uri(),
        # Links in answers and webhooks begin with this.
        "PUBLIC_BASE_URL": f"http://localhost:{ports['GATEWAY_PORT']}",
        # Scratch space of the video worker.
        "VIDEO_WORK_DIR": str(layout.home / "work"),
        # Running calls may end within these when the mesh stops: its three stages must fit into 10 s.
        "GATEWAY_DRAIN_SECONDS": "1.5",
        "DRAIN_GRACE_SECONDS": "1.5",
        "VIDEO_DRAIN_SECONDS": "2",
        # gRPC's fork handlers are for forks that go on without exec; ours start ffmpeg and espeak-ng.
        "GRPC_ENABLE_FORK_SUPPORT": "0",
        # The model server and the services share this machine's cores.
        "OMP_NUM_THREADS": "1",
    }
