"""Reads what a CTranslate2 model.bin says about itself, without its numbers.

Format, binary versions 4 to 6 (all little-endian): version, specification's name, its revision, number of variables;
for each its name, rank (uint8), sizes (uint32), type (uint8), bytes (uint32) and numbers; then the aliases.
"""

import dataclasses
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from tools.indictrans2.errors import UnusableCheckpointError

_TYPES: Final = ("float32", "int8", "int16", "int32", "float16", "bfloat16")
_ENCODER, _DECODER = "encoder/embeddings_0/weight", "decoder/embeddings/weight"
_INNER: Final = "encoder/layer_0/ffn/linear_0/weight"


class _Entry(NamedTuple):
    """A variable: its sizes, its type, and its bytes when it is a single number."""

    shape: tuple[int, ...]
    dtype: str
    scalar: bytes


@dataclasses.dataclass(frozen=True)
class ModelFacts:
    """A converted network. Positions are None where any number is possible."""

    quantization: str
    width: int
    inner: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    source_pieces: int
    target_pieces: int
    max_source_positions: int | None
    max_target_positions: int | None

    def as_json(self) -> dict[str, Any]:
        """For sutradhar.json, without the quantisation."""
        return {key: value for key, value in dataclasses.asdict(self).items() if key != "quantization"}


def read_facts(path: Path) -> ModelFacts:
    """The facts of a model.bin. Raises UnusableCheckpointError for a damaged file or another kind of model."""
    if not path.is_file():
        raise UnusableCheckpointError(f"{path}: the file is missing")
    try:
        with path.open("rb") as stream:
            return _facts(_read_entries(stream, path.stat().st_size))
    except (struct.error, ValueError, LookupError) as error:
        raise UnusableCheckpointError(
            f"{path}: this is no whole CTranslate2 translation model ({error})"
        ) from error


def _facts(entries: Mapping[str, _Entry]) -> ModelFacts:
    source, target = entries[_ENCODER].shape, entries[_DECODER].shape
    plain = entries["encoder/layer_norm/gamma"].dtype
    weight = entries[_INNER].dtype
    return ModelFacts(
        quantization=weight if weight == plain or plain == "float32" else f"{weight}_{plain}",
        width=source[1],
        inner=entries[_INNER].shape[0],
        heads=int.from_bytes(entries["encoder/num_heads"].scalar, "little"),
        encoder_layers=_layers(entries, "encoder"),
        decoder_layers=_layers(entries, "decoder"),
        source_pieces=source[0],
        target_pieces=target[0],
        max_source_positions=_positions(entries, "encoder"),
        max_target_positions=_positions(entries, "decoder"),
    )


def _layers(entries: Mapping[str, _Entry], side: str) -> int:
    return len({name.split("/")[1] for name in entries if re.match(rf"{side}/layer_\d+/", name)})


def _positions(entries: Mapping[str, _Entry], side: str) -> int | None:
    table = entries.get(f"{side}/position_encodings/encodings")
    return table.shape[0] if table else None


def _read_entries(stream: BinaryIO, size: int) -> dict[str, _Entry]:
    version = _number(stream, "<I")
    if not 4 <= version <= 6:
        raise ValueError(f"version {version} of the format")
    if (kind := _text(stream)) != "TransformerSpec":
        raise ValueError(f"it is a {kind!r}")
    _number(stream, "<I")
    entries = dict(_read_entry(stream, size) for _ in range(_number(stream, "<I")))
    aliases = [(_text(stream), _text(stream)) for _ in range(_number(stream, "<I"))]
    return entries | {alias: entries[name] for alias, name in aliases}


def _read_entry(stream: BinaryIO, size: int) -> tuple[str, _Entry]:
    name = _text(stream)
    shape = tuple(_number(stream, "<I") for _ in range(_number(stream, "<B")))
    dtype = _TYPES[_number(stream, "<B")]
    count = _number(stream, "<I")
    end = stream.tell() + count
    if end > size:
        raise ValueError(f"it is cut short within {name}")
    scalar = b"" if shape else stream.read(count)
    stream.seek(end)
    return name, _Entry(shape, dtype, scalar)


def _text(stream: BinaryIO) -> str:
    """Its length with the closing zero, and its bytes."""
    return stream.read(_number(stream, "<H")).rstrip(b"\0").decode()


def _number(stream: BinaryIO, code: str) -> int:
    (number,) = struct.unpack(code, stream.read(struct.calcsize(code)))
    return int(number)
