"""The loss of the head and its gradient together, a few rows at a time. In .venv-torch.

Logits of a whole batch are a hundred megabytes, and their softmax, its gradient and the smoothing's as much again:
writing and reading them took more time than the network itself. Here no more than _ROWS rows of them exist.
"""

from typing import Any, Final, cast

import torch
from torch import Tensor
from torch.nn import functional

_ROWS: Final = 512


class _HeadLoss(torch.autograd.Function):  # type: ignore[misc] # the library is in another environment
    @staticmethod
    def forward(ctx: Any, features: Tensor, head: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
        count, pieces = len(features), len(head)
        of_features = torch.empty_like(features)
        of_head = torch.zeros(head.shape, dtype=torch.float32)
        total = torch.zeros(())
        for start in range(0, count, _ROWS):
            rows, ids = features[start : start + _ROWS], wanted[start : start + _ROWS, None]
            logits = functional.linear(rows, head).float()
            logits -= logits.amax(-1, keepdim=True)
            right, mean = logits.gather(1, ids), logits.mean(-1, keepdim=True)
            chances = logits.exp_()
            sums = chances.sum(-1, keepdim=True)
            total += (sums.log() - (1 - smoothing) * right - smoothing * mean).sum()
            # The gradient of a logit is its chance less what is wanted of it.
            chances /= sums
            chances -= smoothing / pieces
            chances.scatter_add_(1, ids, torch.full_like(right, smoothing - 1))
            chances /= count
            errors = chances.to(features.dtype)
            of_features[start : start + _ROWS] = errors @ head
            of_head += (errors.t() @ rows).float()
        ctx.save_for_backward(of_features, of_head.to(head.dtype))
        return total / count

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, Tensor, None, None]:
        of_features, of_head = ctx.saved_tensors
        factor = outer[0].to(of_features.dtype)
        return of_features * factor, of_head * factor, None, None


def head_loss(features: Tensor, head: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
    """The mean cross entropy with label smoothing of `features` [n, width] under `head` [pieces, width].

    `wanted` [n] has the pieces' ids. What `cross_entropy(features @ head.T, wanted, label_smoothing=smoothing)` gives
    (Szegedy et al., "Rethinking the Inception Architecture", 2016, section 7).
    """
    return cast(Tensor, _HeadLoss.apply(features, head, wanted, smoothing))
