"""Putting a checked model into the model repository: whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from meshkit.languages import Language, find_language, require_language

NAME: Final = "translator"


@contextmanager
def placed(source: Path, config: model_config_pb2.ModelConfig, models: Path) -> Iterator[Path]:
    """Copy the model to `models`/triton/translator in the place of one that was there, and yield its folder.

    When the block raises, the folder is again what it was. Copying happens beside the repository on the same
    disk, so that Triton never sees half a model.
    """
    target = models / "triton" / NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".installing-", dir=models))
    try:
        new, old = staging / "new", staging / "old"
        shutil.copytree(source, new)
        (new / "config.pbtxt").write_text(text_format.MessageToString(_own(config), as_utf8=True), "utf-8")
        with _swapped(target, new, old):
            yield target
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _swapped(target: Path, new: Path, old: Path) -> Iterator[None]:
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
        yield
    except BaseException:
        if target.exists():
            target.rename(new)
        if old.exists():
            old.rename(target)
        raise


def _own(config: model_config_pb2.ModelConfig) -> model_config_pb2.ModelConfig:
    """The configuration under our name, with the sample that the watch sends when it has none of its own."""
    own = model_config_pb2.ModelConfig()
    own.CopyFrom(config)
    own.name = NAME
    parameters = own.parameters
    if not any(key.startswith("health") for key in parameters):
        source, target = _sample_pair(
            parameters["directions"].string_value if "directions" in parameters else ""
        )
        are_tags = "language_ids" in parameters and parameters["language_ids"].string_value == "tag"
        parameters["health_INPUT_TEXT"].string_value = source.native_name
        parameters["health_INPUT_LANGUAGE_ID"].string_value = source.tag if are_tags else source.code
        parameters["health_OUTPUT_LANGUAGE_ID"].string_value = target.tag if are_tags else target.code
    return own


def _sample_pair(directions: str) -> tuple[Language, Language]:
    """The first direction that is of our languages, where `indic` is Hindi, or Marathi beside Hindi."""
    for entry in directions.split(","):
        names = [name.strip().lower() for name in entry.split("-")]
        source, target = (find_language("hi" if name == "indic" else name) for name in (names * 2)[:2])
        if source and target:
            return source, target if target != source else require_language("mr", "directions")
    return require_language("en", "directions"), require_language("hi", "directions")
