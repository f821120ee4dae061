"""The Triton model that serves all installed networks: configuration and the serving code."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Final

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from meshkit.languages import require_language
from meshkit.settings import ROOT
from tools.indictrans2.variables import Device
from tools.install_translator.digest import digest
from tools.install_translator.model import UnusableModelError
from tools.install_translator.weights import Weights, directions, sample_pair

_CODE: Final = ROOT / "triton_models" / "translator" / "1"
_TEMPLATES: Final = Path(__file__).parent


def lay(chosen: Sequence[Weights], weights: Path, place: Path, device: Device, folder: Path) -> None:
    """Write the model that will be at `place` into `folder`, which must not exist.

    `chosen` are networks in the folder `weights`; at least one. Raises OSError, shutil.Error.
    """
    folder.mkdir()
    shutil.copytree(_CODE, folder / "1", ignore=shutil.ignore_patterns("__pycache__"))
    # Relative, so that models/ can be moved, or mounted elsewhere, as a whole.
    paths = [os.path.relpath(weights / each.name, place) for each in chosen]
    code = digest(folder / "1")
    (folder / "configs").mkdir()
    for name, kind in _devices(device).items():
        (folder / name).write_text(configuration(chosen, paths, code, kind), "utf-8")


def configuration(chosen: Sequence[Weights], paths: Sequence[str], code: str, device: Device) -> str:
    """The text of config.pbtxt; `code` is the digest of the serving code.

    Raises UnusableModelError when the networks know no two of the mesh's languages.
    """
    template = Template((_TEMPLATES / f"config.{device}.pbtxt").read_text("utf-8"))
    if not (pair := sample_pair(chosen)):
        names = ", ".join(each.name for each in chosen)
        raise UnusableModelError(f"{names}: no text of one of our languages could be translated into another")
    source, target = pair
    text = template.substitute(
        sources=", ".join(f"{each.name} ({each.direction}, {each.quantization})" for each in chosen),
        models=",".join(paths),
        directions=",".join(directions(chosen)),
        networks=",".join(f"{each.direction} {each.name} {each.quality}".strip() for each in chosen),
        fingerprint=",".join(each[:16] for each in [*(one.fingerprint for one in chosen), code]),
        sample=require_language(source, "source_tags").native_name,
        sample_source=source,
        sample_target=target,
    )
    text_format.Parse(text, model_config_pb2.ModelConfig())
    return text


def is_current(chosen: Sequence[Weights], weights: Path, place: Path) -> bool:
    """Whether `lay` would write what is at `place` already."""
    paths = [os.path.relpath(weights / each.name, place) for each in chosen]
    try:
        code = digest(_CODE)
        return code == digest(place / "1") and all(
            (place / name).read_text("utf-8") == configuration(chosen, paths, code, kind)
            for name, kind in _devices(device_of(place) or "cpu").items()
        )
    except (OSError, UnicodeDecodeError):
        return False


def _devices(device: Device) -> dict[str, Device]:
    """The configurations by name, each with what it is written for.

    A Triton that is started with --model-config-name=gpu (or cpu) takes one of `configs` instead of the first.
    """
    return {"config.pbtxt": device, "configs/cpu.pbtxt": "cpu", "configs/gpu.pbtxt": "gpu"}


def is_ours(folder: Path) -> bool:
    """Whether a model folder was written by `lay`."""
    config = _read(folder)
    return config is not None and "models" in config.parameters and (folder / "1" / "indictext").is_dir()


def device_of(folder: Path) -> Device | None:
    """What a model folder that `lay` wrote is for; None for any other."""
    if not is_ours(folder) or not (config := _read(folder)):
        return None
    kinds = {group.kind for group in config.instance_group}
    return "gpu" if model_config_pb2.ModelInstanceGroup.KIND_GPU in kinds else "cpu"


def _read(folder: Path) -> model_config_pb2.ModelConfig | None:
    try:
        text = (folder / "config.pbtxt").read_text("utf-8")
        return text_format.Parse(text, model_config_pb2.ModelConfig())
    except (OSError, UnicodeDecodeError, text_format.ParseError):
        return None
