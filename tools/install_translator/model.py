"""Checking that a folder is a Triton model that the translator service can use."""

import re
from pathlib import Path
from typing import Final

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

_STRING: Final = model_config_pb2.TYPE_STRING
_INT32: Final = model_config_pb2.TYPE_INT32
_BOOL: Final = model_config_pb2.TYPE_BOOL
_FP32: Final = model_config_pb2.TYPE_FP32

REQUIRED_INPUTS: Final = {"INPUT_TEXT": _STRING, "INPUT_LANGUAGE_ID": _STRING, "OUTPUT_LANGUAGE_ID": _STRING}
OPTIONAL_INPUTS: Final = {"BEAM_SIZE": _INT32, "MAX_LENGTH": _INT32, "NATIVE_DIGITS": _BOOL}
REQUIRED_OUTPUTS: Final = {"OUTPUT_TEXT": _STRING}
OPTIONAL_OUTPUTS: Final = {"SCORE": _FP32, "CONFIDENCE": _FP32, "DOUBTS": _STRING, "ERROR": _STRING}
LANGUAGE_IDS: Final = ("iso639_1", "tag")

_CONFIG: Final = "config.pbtxt"
_MAX_CONFIG_BYTES: Final = 1 << 20
_DIRECTIONS: Final = re.compile(r"\s*\w+\s*-\s*\w+\s*(,\s*\w+\s*-\s*\w+\s*)*")


class UnusableModelError(Exception):
    """The folder is no model that can be installed; the message names the file and what it lacks."""


def check_model(folder: Path) -> model_config_pb2.ModelConfig:
    """The configuration of a Triton model folder, or UnusableModelError when it can't be used."""
    _check_folder(folder)
    config = _read_config(folder / _CONFIG)
    _check_tensors(config, folder / _CONFIG)
    _check_parameters(config, folder / _CONFIG)
    _check_versions(config, folder)
    return config


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise UnusableModelError(f"{folder}: there is no such folder")
    if not (folder / _CONFIG).is_file():
        raise UnusableModelError(f"{folder / _CONFIG}: the file is missing; a Triton model folder has one")
    _check_files(folder)


def _check_files(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_symlink() and path.is_dir():
            raise UnusableModelError(f"{path}: a link to a folder; put the folder itself there")
        if not (path.is_file() or path.is_dir()):
            raise UnusableModelError(f"{path}: neither a file nor a folder, or a link to nothing")


def _read_config(path: Path) -> model_config_pb2.ModelConfig:
    if path.stat().st_size > _MAX_CONFIG_BYTES:
        raise UnusableModelError(f"{path}: larger than {_MAX_CONFIG_BYTES} bytes")
    try:
        config = text_format.Parse(path.read_text("utf-8"), model_config_pb2.ModelConfig())
    except text_format.ParseError as error:
        raise UnusableModelError(f"{path}: not a Triton configuration: {error}") from error
    except UnicodeDecodeError as error:
        raise UnusableModelError(f"{path}: not UTF-8 text") from error
    if not (config.backend or config.platform):
        raise UnusableModelError(f"{path}: backend is missing")
    if config.max_batch_size < 1:
        raise UnusableModelError(f"{path}: max_batch_size must be 1 or more, for texts come in batches")
    return config


def _check_tensors(config: model_config_pb2.ModelConfig, path: Path) -> None:
    inputs = {tensor.name: tensor for tensor in config.input}
    outputs = {tensor.name: tensor for tensor in config.output}
    for kind, tensors, required, optional in (
        ("input", inputs, REQUIRED_INPUTS, OPTIONAL_INPUTS),
        ("output", outputs, REQUIRED_OUTPUTS, OPTIONAL_OUTPUTS),
    ):
        for name in required:
            if name not in tensors:
                raise UnusableModelError(f"{path}: {kind} {name} is missing")
        for name, data_type in {**required, **optional}.items():
            if name in tensors:
                _check_tensor(tensors[name], data_type, f"{path}: {kind} {name}")
    for name, tensor in inputs.items():
        if name not in REQUIRED_INPUTS and not tensor.optional:
            raise UnusableModelError(f"{path}: input {name} must be optional, for not every request has it")


def _check_tensor(
    tensor: model_config_pb2.ModelInput | model_config_pb2.ModelOutput, data_type: int, where: str
) -> None:
    if tensor.data_type != data_type:
        raise UnusableModelError(f"{where} must have data_type {model_config_pb2.DataType.Name(data_type)}")
    if list(tensor.dims) not in ([1], [-1]):
        raise UnusableModelError(f"{where} must have dims [ 1 ]")


def _check_parameters(config: model_config_pb2.ModelConfig, path: Path) -> None:
    ids = (
        config.parameters["language_ids"].string_value
        if "language_ids" in config.parameters
        else LANGUAGE_IDS[0]
    )
    if ids not in LANGUAGE_IDS:
        raise UnusableModelError(f"{path}: parameter language_ids must be one of {', '.join(LANGUAGE_IDS)}")
    if "directions" in config.parameters and not _DIRECTIONS.fullmatch(
        config.parameters["directions"].string_value
    ):
        raise UnusableModelError(
            f"{path}: parameter directions must be a list such as en-hi,en-ta or en-indic,indic-en"
        )


def _check_versions(config: model_config_pb2.ModelConfig, folder: Path) -> None:
    versions = [
        path for path in folder.iterdir() if path.is_dir() and path.name.isdecimal() and int(path.name) > 0
    ]
    if not versions:
        raise UnusableModelError(f"{folder / '1'}: the version folder is missing")
    latest = max(versions, key=lambda path: int(path.name))
    if config.backend == "python":
        program = latest / (config.default_model_filename or "model.py")
        if not program.is_file():
            raise UnusableModelError(f"{program}: the file is missing")
    elif config.platform != "ensemble" and not any(latest.iterdir()):
        raise UnusableModelError(f"{latest}: the folder is empty")
