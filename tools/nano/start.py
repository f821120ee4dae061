"""Where training starts: weights in which words of both sides that belong together are near each other already.

From random weights a network learns for a long time to write its languages before it looks at its source at all. Word
translation probabilities can be counted (Brown et al., 1993, Model 1, by expectation and maximisation). What they say
of pieces, as pointwise mutual information, is factored into as many dimensions as the embeddings have: that is what the
embeddings begin with. The last layers' attention to the source begins as the identity, and what layers add is small, so
that the first answers are words of the translation in no order.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tools.nano.network import Attention, Layer, Network

_ROUNDS: Final = 4
_SMALL: Final = 0.3  # of what a layer adds, beside the usual start
_SEED: Final = 7

Pieces = Sequence[tuple[Sequence[int], Sequence[int]]]


def start(network: Network, pairs: Pieces) -> None:
    """Set a new network's weights; `pairs` are ids of source and target. Always the same for the same pairs."""
    source, target = (network.model[side].embed_tokens for side in ("encoder", "decoder"))
    information = mutual_information(pairs, source.num_embeddings, target.num_embeddings)
    near = _factors(information, source.embedding_dim)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, Layer):
                for added in (module.self_attn.out_proj, module.fc2):
                    added.weight.mul_(_SMALL)
        for layer in network.model["decoder"].layers:
            _see_through(layer.encoder_attn)
        for embedding, values in zip((source, target), near, strict=True):
            _set(embedding, values)


def mutual_information(pairs: Pieces, sources: int, targets: int) -> NDArray[np.float32]:
    """How much likelier each target piece is beside each source piece: log(p(t|s) / p(t)), nothing below 0.

    Shape [sources, targets].
    """
    first, second, sizes = _cells(pairs)
    sentences = np.repeat(np.arange(len(sizes)), sizes)
    # Each target piece of a sentence shares itself out among the source's pieces.
    places = sentences * targets + second
    _, groups = np.unique(places, return_inverse=True)
    keys, cells = np.unique(first * targets + second, return_inverse=True)
    rows = keys // targets
    chances = np.ones(len(keys))
    for _ in range(_ROUNDS):
        shares = chances[cells]
        shares /= np.bincount(groups, shares)[groups]
        counts = np.bincount(cells, shares, len(keys))
        chances = counts / np.bincount(rows, counts, sources)[rows]
    totals = np.bincount(keys % targets, counts, targets)
    gain = np.log(chances / (totals / totals.sum())[keys % targets])
    found = np.zeros((sources, targets), np.float32)
    # What was seen once may be chance.
    found[rows, keys % targets] = np.maximum(gain, 0) * (counts / (counts + 1.0))
    return found


def _cells(pairs: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """For each pair every source piece with every target piece, and how many there are of each pair."""
    first, second, sizes = [], [], []
    for source, target in pairs:
        one, other = np.unique(np.asarray(source, np.int64)), np.unique(np.asarray(target, np.int64))
        first.append(np.repeat(one, len(other)))
        second.append(np.tile(other, len(one)))
        sizes.append(len(one) * len(other))
    return np.concatenate(first), np.concatenate(second), np.asarray(sizes)


def _factors(matrix: NDArray[np.float32], width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows and columns as vectors whose products are about the matrix."""
    torch.manual_seed(_SEED)
    left, sizes, right = torch.svd_lowrank(torch.from_numpy(matrix), q=width, niter=4)
    return left * sizes.sqrt(), right * sizes.sqrt()


def _set(embedding: nn.Embedding, values: torch.Tensor) -> None:
    """Put vectors in, at the usual length, beside a little of the random start, which tells equals apart."""
    lengths = values.norm(dim=1, keepdim=True)
    seen = lengths[:, 0] > 0
    scaled = values / lengths.clamp_min(1e-6)
    embedding.weight[seen] = (0.9 * scaled + 0.3 * embedding.weight)[seen]


def _see_through(attention: Attention) -> None:
    """What is attended to comes through as it is."""
    width = attention.v_proj.in_features
    nn.init.eye_(attention.v_proj.weight)
    nn.init.eye_(attention.out_proj.weight)
    attention.out_proj.weight.mul_(0.5 * math.sqrt(256 / width))
