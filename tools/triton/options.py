"""The launcher's command line, and tritonserver's that follows from it."""

import argparse
import dataclasses
from pathlib import Path

from tools.triton.checks import Wheel

ROOT = Path(__file__).parent.parent.parent
OWN_MODELS = ROOT / "triton_models"
INSTALLED_MODELS = ROOT / "models" / "triton"


@dataclasses.dataclass(frozen=True)
class Options:
    """What the person who starts Triton decides."""

    repositories: tuple[Path, ...]
    host: str
    http_port: int
    grpc_port: int
    metrics_port: int
    home: Path
    port_patience: float  # seconds that a taken port gets to become free
    watch_interval: float  # seconds; 0 switches the watch off
    exit_timeout: int  # seconds that requests in flight get to end
    response_cache_mb: int
    model_config_name: str  # of files in the models' configs/, in place of config.pbtxt; empty: none
    with_parent: bool
    verbose: bool


def parse(arguments: list[str] | None = None) -> Options:
    """Options from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.triton.server", description="Start the embedded Triton."
    )
    add = parser.add_argument
    add("--model-repository", type=Path, action="append", dest="repositories", metavar="FOLDER",
        help="may be repeated; default: triton_models and models/triton")  # fmt: skip
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--http-port", type=int, default=8100)
    add("--grpc-port", type=int, default=8101)
    add("--metrics-port", type=int, default=8102)
    add("--home", type=Path, default=ROOT / "var" / "triton", help="where links into the wheel are laid out")
    add("--port-patience", type=float, default=8.0, help="seconds that a taken port gets to become free")
    add("--watch-interval", type=float, default=5.0, help="seconds between health rounds; 0: no watch")
    add("--exit-timeout", type=int, default=4, help="seconds that requests in flight get to end")
    add("--with-parent", action="store_true", help="stop when the process that started the launcher is gone")
    add(
        "--model-config-name",
        default="",
        help="use each model's configs/NAME.pbtxt, such as gpu, where there is one",
    )
    add("--response-cache-mb", type=int, default=0, help="size of the response cache; 0: none")
    add("--verbose", action="store_true", help="let tritonserver log more than warnings")
    chosen = vars(parser.parse_args(arguments))
    folders = chosen.pop("repositories") or _default_repositories()
    return Options(repositories=tuple(folder.resolve() for folder in folders), **chosen)


def _default_repositories() -> list[Path]:
    """The project's models and those installed later; a folder known from the start can be added to live."""
    INSTALLED_MODELS.mkdir(parents=True, exist_ok=True)
    return [OWN_MODELS, INSTALLED_MODELS]


def models_in(repositories: tuple[Path, ...]) -> list[str]:
    """Names of the models found. Raises ValueError when a repository is missing or two hold the same name."""
    names: list[str] = []
    for repository in repositories:
        if not repository.is_dir():
            raise ValueError(f"there is no model repository at {repository}")
        names += sorted(config.parent.name for config in repository.glob("*/config.pbtxt"))
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two model repositories hold {', '.join(twice)}: keep one of each name")
    return names


def server_command(options: Options, wheel: Wheel, models: list[str], shm_prefix: str) -> list[str]:
    """The command line of tritonserver."""
    cache = options.response_cache_mb
    return [
        str(wheel.server),
        *(f"--model-repository={folder}" for folder in options.repositories),
        f"--backend-directory={options.home / 'backends'}",
        f"--cache-directory={options.home / 'caches'}",
        f"--backend-config=python,shm-region-prefix-name={shm_prefix}",
        *([f"--cache-config=local,size={cache << 20}"] if cache else []),
        *([f"--model-config-name={options.model_config_name}"] if options.model_config_name else []),
        # Full configurations are written by hand; guessing would load each model twice.
        "--disable-auto-complete-config",
        "--model-control-mode=explicit",
        *(f"--load-model={model}" for model in models),
        # One broken model must not take the others down, nor keep the server from being ready: the watch reports it.
        "--exit-on-error=false",
        "--strict-readiness=false",
        f"--exit-timeout-secs={options.exit_timeout}",
        f"--http-address={options.host}",
        f"--http-port={options.http_port}",
        f"--grpc-address={options.host}",
        f"--grpc-port={options.grpc_port}",
        f"--metrics-address={options.host}",
        f"--metrics-port={options.metrics_port}",
        "--allow-gpu-metrics=false",
        "--pinned-memory-pool-byte-size=0",  # serves copies to a GPU
        "--log-format=ISO8601",
        f"--log-info={str(options.verbose).lower()}",
    ]
