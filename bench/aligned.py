"""A checkpoint of a published shape that translates piece by piece: its answers are as long as their sources.

Random weights alone never end a sentence, so nothing could be measured as it is in use. Here the last layer of the
decoder looks at the place of the source that it has come to: what it writes follows from the piece there, and where
the source ends it ends the sentence too. Everything else stays random, so the work is that of a real checkpoint.

How: in some features of the residual stream nothing but the position is left (embeddings and layers write zeros
there), so that the last cross-attention finds the place by the sinusoids alone; one more feature marks `</s>`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.indictrans2.random_checkpoint import write_checkpoint
from tools.indictrans2.shape import Shape

Array = NDArray[np.float32]

_END = 2  # the id of </s>
_TAGS = 2  # a source is two tags, the pieces, </s>; an answer the pieces, </s>
_FOCUS = 8.0  # how sharply the attention looks at one place
_CONTENT = (0.05, 0.2)  # spread of the weights that carry the piece over: what is written depends on it most
_OWN, _OTHERS = 4.0, 0.5  # a piece's own features count for more than by chance, what layers add for less
_SURE = 20.0  # how far apart the scores of pieces are, as those of a trained network
_CROSSED = slice(1, None, 2)  # features that the decoder reads with the other sign
_MARK, _CARRY, _GAIN, _AGAINST = 6.0, 30.0, 10.0, 20.0  # the mark of </s>, on its way to the score of </s>


@dataclass(frozen=True)
class _Features:
    """Which features of the residual stream hold what; the rest is the random network's."""

    sines: NDArray[np.int64]
    cosines: NDArray[np.int64]
    mark: int
    zero: int  # always 0 but for what normalising subtracts from every feature

    @classmethod
    def of(cls, shape: Shape) -> "_Features":
        half, pairs = shape.width // 2, shape.width // shape.decoder.heads // 2
        first = np.arange(pairs)
        return cls(first, first + half, half - 2, half - 1)

    @property
    def all(self) -> NDArray[np.int64]:
        return np.concatenate([self.sines, self.cosines, [self.mark, self.zero]])


def write_aligned(folder: Path, shape: Shape, direction: str, seed: int = 1) -> None:
    """All files of such a checkpoint."""
    write_checkpoint(folder, shape, direction, seed)
    tensors = _open(folder / "model.safetensors")
    features = _Features.of(shape)
    for name, values in tensors.items():
        _keep_out(name, values, features)
        if name.endswith(("out_proj.weight", "fc2.weight")):
            values *= _OTHERS
    embedding = tensors["model.encoder.embed_tokens.weight"]
    embedding *= _OWN
    embedding[_END, features.mark] = _MARK / np.sqrt(shape.width)
    _look(tensors, f"model.decoder.layers.{shape.decoder.layers - 1}.encoder_attn", features, shape)
    _end(tensors, features)


def _open(path: Path) -> dict[str, Array]:
    """The parameters, as they lie in the file: writing to them writes there."""
    whole = np.memmap(path, np.uint8, "r+")
    size = int.from_bytes(whole[:8].tobytes(), "little")
    header: Mapping[str, Any] = json.loads(whole[8 : 8 + size].tobytes())
    data = whole[8 + size :]
    return {
        name: data[slice(*entry["data_offsets"])].view(np.float32).reshape(entry["shape"])
        for name, entry in header.items()
    }


def _keep_out(name: str, values: Array, features: _Features) -> None:
    """Nobody writes to these features: neither an embedding nor a layer's end."""
    if name.endswith("embed_tokens.weight"):
        values[:, features.all] = 0
    elif name.endswith(("out_proj.weight", "out_proj.bias", "fc2.weight", "fc2.bias")):
        values[features.all] = 0


def _look(tensors: Mapping[str, Array], name: str, features: _Features, shape: Shape) -> None:
    """The attention goes from each place of the answer to the source's, and brings the piece and the mark."""
    carried, written = _CONTENT
    query, key = (tensors[f"{name}.{part}.weight"] for part in ("q_proj", "k_proj"))
    size = shape.width // shape.decoder.heads
    for head in range(shape.decoder.heads):
        rows = slice(head * size, (head + 1) * size)
        _by_position(query[rows], features, ahead=_TAGS)
        _by_position(key[rows], features, ahead=0)
    for part in ("q_proj", "k_proj", "v_proj"):
        tensors[f"{name}.{part}.bias"][:] = 0
    value, output = tensors[f"{name}.v_proj.weight"], tensors[f"{name}.out_proj.weight"]
    value *= carried / 0.02
    value[0] = 0
    value[0, [features.mark, features.zero]] = 1, -1
    output *= written / 0.02 / _OTHERS
    output[:, 0] = 0
    output[features.mark, 0] = _CARRY


def _by_position(weights: Array, features: _Features, ahead: int) -> None:
    """Reads the sines and cosines of the position that is so far ahead, by the theorems of addition."""
    pairs = len(features.sines)
    half = features.zero + 1
    angles = ahead * np.exp(-np.log(10_000) / (half - 1) * np.arange(pairs))
    sine, cosine = _FOCUS * np.sin(angles), _FOCUS * np.cos(angles)
    rows = np.arange(pairs)
    weights[:] = 0
    weights[rows, features.sines], weights[rows, features.cosines] = cosine, sine
    weights[rows + pairs, features.cosines], weights[rows + pairs, features.sines] = cosine, -sine
    weights[:, features.zero] = -weights.sum(axis=1)


def _end(tensors: Mapping[str, Array], features: _Features) -> None:
    """The mark makes </s> certain, and its absence makes it impossible."""
    embedding = tensors["model.decoder.layernorm_embedding.weight"]
    # Else the head, which is the same matrix, would find the last piece in it and repeat that forever.
    embedding[_CROSSED] *= -1
    embedding[features.all] = 1
    embedding[features.mark] = 0
    scale, bias = tensors["model.decoder.layer_norm.weight"], tensors["model.decoder.layer_norm.bias"]
    scale[:] = _SURE
    scale[features.mark], bias[features.mark] = _GAIN, -_AGAINST
    tensors["model.decoder.embed_tokens.weight"][_END, features.mark] = 1
