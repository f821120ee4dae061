"""The model as it is installed: under our name, with the sample that Triton's watch sends."""

import shutil
from pathlib import Path
from typing import Final

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from meshkit.languages import Language, find_language, require_language
from tools.install_translator.digest import digest

NAME: Final = "translator"


def lay(source: Path, config: model_config_pb2.ModelConfig, folder: Path) -> None:
    """Copy the checked model to `folder`, which must not exist, with its configuration made our own.

    A fingerprint of all its files goes there, so that nothing is remembered of another model. Raises OSError,
    shutil.Error.
    """
    shutil.copytree(source, folder)
    text = text_format.MessageToString(_own(config, digest(folder)), as_utf8=True)
    (folder / "config.pbtxt").write_text(text, "utf-8")


def _own(config: model_config_pb2.ModelConfig, fingerprint: str) -> model_config_pb2.ModelConfig:
    """The configuration under our name, with the sample that the watch sends when it has none of its own."""
    own = model_config_pb2.ModelConfig()
    own.CopyFrom(config)
    own.name = NAME
    parameters = own.parameters
    parameters["fingerprint"].string_value = fingerprint
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
