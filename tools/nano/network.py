"""The network of IndicTrans2 in PyTorch, for training: its parameters have the checkpoints' names. In .venv-torch.

A pre-norm transformer with sinusoidal positions, a layer norm on the embeddings, GELU, and a head that is the target's
embedding (Gala et al., "IndicTrans2", 2023; the mathematics is that of tools/indictrans2/network.py).
"""

import math
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from tools.indictrans2.positions import encodings
from tools.indictrans2.shape import Shape, Stack

PAD: Final = 1
UNKNOWN: Final = 3
_SPARE: Final = 1 << 20


class Dropout(nn.Module):  # type: ignore[misc] # the library is in another environment
    """Dropout with masks that are cut anywhere out of one long mask: to draw each anew takes a quarter of the time."""

    mask: Tensor

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share
        self.register_buffer("mask", torch.empty(0), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """x, of any shape, without the share of its values that is left out."""
        if not self.training or not self._share:
            return x
        size = x.numel()
        if self.mask.numel() < 2 * size or self.mask.dtype != x.dtype:
            kept = torch.rand(2 * size + _SPARE) >= self._share
            self.mask = kept.to(x.dtype) / (1 - self._share)
        start = int(torch.randint(self.mask.numel() - size, (1,)))
        return cast(Tensor, x * self.mask[start : start + size].view(x.shape))


class Attention(nn.Module):  # type: ignore[misc] # the library is in another environment
    """Multi-head attention of queries [batch, n, width] to memory [batch, m, width]."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))
        self._heads = heads

    def forward(self, queries: Tensor, memory: Tensor, mask: Tensor | None, *, causal: bool) -> Tensor:
        """`mask` is True where memory may be seen, [batch, 1, 1, m]."""
        parts = (self.q_proj(queries), self.k_proj(memory), self.v_proj(memory))
        q, k, v = (part.unflatten(-1, (self._heads, -1)).transpose(1, 2) for part in parts)
        # Written out: at a dozen pieces a sentence, PyTorch's fused attention takes four times as long backwards.
        scores = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5
        if mask is not None:
            scores = scores.masked_fill(~mask, -math.inf)
        if causal:
            scores = scores + torch.full(scores.shape[-2:], -math.inf, dtype=scores.dtype).triu(1)
        seen = scores.softmax(-1) @ v
        return cast(Tensor, self.out_proj(seen.transpose(1, 2).flatten(2)))


class Layer(nn.Module):  # type: ignore[misc] # the library is in another environment
    """A layer of the encoder, or with `decodes` of the decoder."""

    def __init__(self, width: int, stack: Stack, dropout: float, *, decodes: bool) -> None:
        super().__init__()
        self.self_attn = Attention(width, stack.heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        if decodes:
            self.encoder_attn = Attention(width, stack.heads)
            self.encoder_attn_layer_norm = nn.LayerNorm(width)
        self.fc1, self.fc2 = nn.Linear(width, stack.inner), nn.Linear(stack.inner, width)
        self.final_layer_norm = nn.LayerNorm(width)
        self._dropout = Dropout(dropout)
        self._decodes = decodes

    def forward(self, x: Tensor, mask: Tensor | None, memory: Tensor | None, seen: Tensor | None) -> Tensor:
        """`mask` hides x's own padding (the decoder looks back only), `seen` the memory's."""
        y = self.self_attn_layer_norm(x)
        x = x + self._dropout(self.self_attn(y, y, mask, causal=self._decodes))
        if memory is not None:
            y = self.encoder_attn_layer_norm(x)
            x = x + self._dropout(self.encoder_attn(y, memory, seen, causal=False))
        y = functional.gelu(self.fc1(self.final_layer_norm(x)))
        return cast(Tensor, x + self._dropout(self.fc2(self._dropout(y))))


class Tower(nn.Module):  # type: ignore[misc] # the library is in another environment
    """The encoder, or the decoder."""

    positions: Tensor

    def __init__(self, shape: Shape, stack: Stack, dropout: float, *, decodes: bool) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(stack.vocabulary, shape.width, padding_idx=PAD)
        self.layernorm_embedding = nn.LayerNorm(shape.width)
        self.layers = nn.ModuleList(
            Layer(shape.width, stack, dropout, decodes=decodes) for _ in range(stack.layers)
        )
        self.layer_norm = nn.LayerNorm(shape.width)
        table = torch.from_numpy(encodings(stack.positions, shape.width))
        self.register_buffer("positions", table, persistent=False)
        self._scale = math.sqrt(shape.width)
        self._dropout = Dropout(dropout)

    def forward(
        self, ids: Tensor, mask: Tensor | None, memory: Tensor | None = None, seen: Tensor | None = None
    ) -> Tensor:
        """Ids [batch, n] to features [batch, n, width]."""
        x = self.embed_tokens(ids) * self._scale + self.positions[: ids.shape[1]]
        x = self._dropout(self.layernorm_embedding(x))
        for layer in self.layers:
            x = layer(x, mask, memory, seen)
        return cast(Tensor, self.layer_norm(x))


class Network(nn.Module):  # type: ignore[misc] # the library is in another environment
    """Source ids and target ids to the logits of the targets' next pieces."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.model = nn.ModuleDict(
            {
                "encoder": Tower(shape, shape.encoder, dropout, decodes=False),
                "decoder": Tower(shape, shape.decoder, dropout, decodes=True),
            }
        )
        self.apply(_start)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """[batch, n] and [batch, m], padded with PAD, to [batch, m, pieces]."""
        return cast(Tensor, functional.linear(self.decode(source, target), self.head()))

    def decode(self, source: Tensor, target: Tensor) -> Tensor:
        """The decoder's features, [batch, m, width]."""
        seen = (source != PAD)[:, None, None, :]
        memory = self.model["encoder"](source, seen)
        return cast(Tensor, self.model["decoder"](target, None, memory, seen))

    def head(self) -> Tensor:
        """What makes logits of features: the target's embedding, [pieces, width]."""
        return cast(Tensor, self.model["decoder"].embed_tokens.weight)


def _start(module: nn.Module) -> None:
    """Small random weights, as M2M100 and BART begin with."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Embedding):
        nn.init.normal_(module.weight, std=module.embedding_dim**-0.5)
        with torch.no_grad():
            module.weight[PAD].zero_()
