"""The parameters that a network of a given shape must have, and those that a checkpoint has."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.positions import FIRST, sinusoids
from tools.indictrans2.shape import Shape, Stack
from tools.weights.stored import FLOATS, StoredTensor, as_float32

EMBEDDING: Final = "model.{side}.embed_tokens.weight"
TARGET_EMBEDDING: Final = EMBEDDING.format(side="decoder")
HEAD: Final = "lm_head.weight"
_ROWS: Final = 4096  # compared at a time
Tensors = Mapping[str, StoredTensor]


def required(shape: Shape) -> dict[str, tuple[int, ...]]:
    """The parameters by name, each with its shape."""
    names = dict(_stack("encoder", shape, shape.encoder)) | dict(_stack("decoder", shape, shape.decoder))
    if not shape.tied_head:
        names[HEAD] = (shape.decoder.vocabulary, shape.width)
    return names


def with_both_ends(tensors: Tensors, shape: Shape) -> Tensors:
    """A tied head under both of its names: a writer may have kept either."""
    if shape.tied_head and HEAD in tensors and TARGET_EMBEDDING not in tensors:
        return {**tensors, TARGET_EMBEDDING: tensors[HEAD]}
    return tensors


def check_parameters(tensors: Tensors, shape: Shape, folder: Path) -> None:
    """Raise UnusableCheckpointError unless these are the parameters of a network of this shape."""
    wanted = required(shape)
    if missing := [name for name in wanted if name not in tensors]:
        others = f" and {len(missing) - 1} other tensors are" if len(missing) > 1 else " is"
        raise UnusableCheckpointError(f"{_file(tensors, folder)}: {missing[0]}{others} missing")
    for name, tensor in tensors.items():
        _check_kind(name, tensor)
        if name in wanted:
            _check_shape(name, tensor, wanted[name])
        else:
            _check_extra(name, tensors, shape)


def _stack(side: str, shape: Shape, stack: Stack) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield EMBEDDING.format(side=side), (stack.vocabulary, shape.width)
    norms = ["layer_norm", "layernorm_embedding"] if shape.embedding_layernorm else ["layer_norm"]
    for layer in range(stack.layers):
        yield from _layer(f"model.{side}.layers.{layer}", side == "decoder", shape.width, stack.inner)
    for norm in norms:
        yield from _norm(f"model.{side}.{norm}", shape.width)


def _layer(name: str, decodes: bool, width: int, inner: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    attentions = ("self_attn", "encoder_attn") if decodes else ("self_attn",)
    for attention in attentions:
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from _linear(f"{name}.{attention}.{part}", width, width)
        yield from _norm(f"{name}.{attention}_layer_norm", width)
    yield from _linear(f"{name}.fc1", inner, width)
    yield from _linear(f"{name}.fc2", width, inner)
    yield from _norm(f"{name}.final_layer_norm", width)


def _linear(name: str, rows: int, columns: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (rows, columns)
    yield f"{name}.bias", (rows,)


def _norm(name: str, width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)


def _file(tensors: Tensors, folder: Path) -> Path:
    """The weights file, or the folder when there are several."""
    files = {tensor.path for tensor in tensors.values()}
    return files.pop() if len(files) == 1 else folder


def _check_kind(name: str, tensor: StoredTensor) -> None:
    if tensor.dtype not in FLOATS:
        raise UnusableCheckpointError(
            f"{tensor.path}: {name} is stored as {tensor.dtype}; only floating-point weights can be converted"
        )


def _check_shape(name: str, tensor: StoredTensor, wanted: tuple[int, ...]) -> None:
    if tensor.shape != wanted:
        raise UnusableCheckpointError(
            f"{tensor.path}: {name} has the shape {_times(tensor.shape)}; config.json says {_times(wanted)}"
        )


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _check_extra(name: str, tensors: Tensors, shape: Shape) -> None:
    """A tied head may be stored once more, and the table of positions too; anything else belongs elsewhere."""
    tensor = tensors[name]
    if name == HEAD and shape.tied_head:
        _check_tied(tensor, tensors[TARGET_EMBEDDING])
    elif name in ("model.encoder.embed_positions.weights", "model.decoder.embed_positions.weights"):
        _check_positions(name, tensor, shape)
    else:
        raise UnusableCheckpointError(f"{tensor.path}: {name} is no part of the network in config.json")


def _check_tied(head: StoredTensor, embedding: StoredTensor) -> None:
    same = head.shape == embedding.shape and head.dtype == embedding.dtype
    if not same or any(not _equal_rows(head, embedding, start) for start in range(0, head.shape[0], _ROWS)):
        raise UnusableCheckpointError(
            f"{head.path}: {HEAD} differs from {TARGET_EMBEDDING}, but config.json says "
            "share_decoder_input_output_embed"
        )


def _equal_rows(one: StoredTensor, other: StoredTensor, start: int) -> bool:
    stop = min(start + _ROWS, one.shape[0])
    return bool(np.array_equal(one.rows(start, stop).array(), other.rows(start, stop).array()))


def _check_positions(name: str, tensor: StoredTensor, shape: Shape) -> None:
    count = tensor.shape[0] if len(tensor.shape) == 2 else 0
    expected = sinusoids(count, shape.width)[FIRST:]
    stored = as_float32(tensor.array())[FIRST:]
    if stored.shape != expected.shape or not np.allclose(stored, expected, atol=1e-3):
        raise UnusableCheckpointError(f"{tensor.path}: {name} is another table than the sinusoidal one")
