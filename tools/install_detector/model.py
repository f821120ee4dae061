"""The Triton model around an adapted network: configuration, labels and the serving code."""

import shutil
from pathlib import Path
from string import Template
from typing import Final, Literal

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from meshkit.settings import ROOT
from tools.install_detector.adapted import Adapted
from tools.install_detector.errors import UnusableWeightsError

Device = Literal["cpu", "gpu"]

OWN_MODELS: Final = ROOT / "triton_models"
_CODE: Final = OWN_MODELS / "coco_ssd" / "1"  # serves any network of the contract graph
_TEMPLATES: Final = Path(__file__).parent
_FRAMES_PER_RUN: Final[dict[Device, int]] = {"cpu": 1, "gpu": 8}  # measured: see the templates
_MOST_ROWS: Final = 300  # ultralytics' own limit of boxes in a picture


def check_name(name: str, target: Path) -> None:
    """Raises UnusableWeightsError when a model of that name must not be written to `target`."""
    if not (name.isascii() and name.isidentifier() and len(name) <= 64):
        raise UnusableWeightsError(
            f"NAME={name[:80]}: a name is made of letters, digits and _, and does not begin with a digit"
        )
    if (OWN_MODELS / name).exists():
        raise UnusableWeightsError(f"NAME={name}: that is a model of triton_models/; take another name")
    if target.exists() and not _is_detector(target / "config.pbtxt"):
        raise UnusableWeightsError(f"NAME={name}: {target} is no detector; take another name, or remove it")


def lay(adapted: Adapted, name: str, device: Device, source: str, folder: Path) -> None:
    """Write the model into `folder`, which must not exist. Raises OSError, shutil.Error."""
    version = folder / "1"
    version.mkdir(parents=True)
    for program in _CODE.glob("*.py"):
        shutil.copyfile(program, version / program.name)
    shutil.copyfile(adapted.network, version / "model.onnx")
    (folder / "labels.txt").write_text("".join(f"{label}\n" for label in adapted.labels), "utf-8")
    (folder / "config.pbtxt").write_text(configuration(adapted, name, device, source), "utf-8")
    # What a Triton that is started with --model-config-name=gpu (or cpu) takes instead.
    (folder / "configs").mkdir()
    for kind in ("cpu", "gpu"):
        text = configuration(adapted, name, kind, source)
        (folder / "configs" / f"{kind}.pbtxt").write_text(text, "utf-8")


def configuration(adapted: Adapted, name: str, device: Device, source: str) -> str:
    """The text of config.pbtxt."""
    template = Template((_TEMPLATES / f"config.{device}.pbtxt").read_text("utf-8"))
    text = template.substitute(
        name=name,
        source=ascii(source)[1:-1],
        layout=adapted.layout,
        height=adapted.height,
        width=adapted.width,
        rows=min(adapted.boxes or _MOST_ROWS, _MOST_ROWS),
        frames_per_run=_FRAMES_PER_RUN[device] if adapted.batches else 1,
        labels=",".join(adapted.labels).replace("\\", r"\\").replace('"', r"\""),
    )
    text_format.Parse(text, model_config_pb2.ModelConfig())
    return text


def _is_detector(config: Path) -> bool:
    try:
        found = text_format.Parse(config.read_text("utf-8"), model_config_pb2.ModelConfig())
    except (OSError, UnicodeDecodeError, text_format.ParseError):
        return False
    return any(tensor.name == "IMAGES" for tensor in found.input)
