"""Several processes that train one network, each on its part of every batch, as one would on all of it.

Losses and gradients are summed over the ranks after each pass, so that every method sees those of the joined
batch: there is one γ. BatchNorm normalises over the joined batch too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.nn import Parameter


@dataclass(frozen=True)
class Ranks:
    """The place of a process among those that train together: `rank` of `world`, `local` on its machine."""

    rank: int = 0
    world: int = 1
    local: int = 0

    def device(self, name: str) -> str:
        """The device of this rank: of several ranks on "cuda" each has its own GPU."""
        return f"cuda:{self.local}" if name == "cuda" and self.world > 1 else name

    def part(self, n: int) -> slice:
        """The share of this rank in a batch of n; shares differ by one at most."""
        return slice(self.rank * n // self.world, (self.rank + 1) * n // self.world)

    def join_(self, loss: Tensor, params: Sequence[Parameter]) -> Tensor:
        """Sum the gradients over all ranks, in place, and return the summed loss; one exchange."""
        grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in params]
        joined = torch.cat([loss.detach().reshape(1), *(grad.flatten() for grad in grads)])
        distributed.all_reduce(joined)
        sizes = [1, *(grad.numel() for grad in grads)]
        total, *parts = joined.split(sizes)
        for p, part in zip(params, parts, strict=True):
            p.grad = part.view(p.shape).clone(memory_format=torch.preserve_format)
        return total.squeeze()


ALONE = Ranks()


@contextmanager
def joined(device: str) -> Iterator[Ranks]:
    """Join the processes that torchrun has started, as the environment says; else a process is alone."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        yield ALONE
        return
    local = int(os.environ.get("LOCAL_RANK", "0"))
    if device == "cuda":
        torch.cuda.set_device(local)
    distributed.init_process_group("nccl" if device == "cuda" else "gloo")
    try:
        yield Ranks(distributed.get_rank(), world, local)
    finally:
        distributed.destroy_process_group()


class _Sum(torch.autograd.Function):
    """Sum over all ranks; so is its gradient."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        total = x.clone()
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        total = grads[0].contiguous().clone()
        distributed.all_reduce(total)
        return total


class JoinedBatchNorm(nn.modules.batchnorm._BatchNorm):
    """BatchNorm over the joined batch of all ranks, on any device (torch's own knows GPUs only).

    For inputs of shape (m, channels, ...).
    """

    def _check_input_dim(self, input: Tensor) -> None:
        """Any will do."""

    def forward(self, input: Tensor) -> Tensor:
        """As BatchNorm; in training every rank takes part in the same exchange."""
        if not self.training:
            return super().forward(input)
        x = input.float()
        others = [0, *range(2, x.ndim)]
        count = x.new_tensor([x.numel() / x.shape[1]])
        moments = torch.cat([x.sum(others), x.square().sum(others), count])
        sums, squares, n = _Sum.apply(moments).split([x.shape[1], x.shape[1], 1])
        mean = sums / n
        variance = squares / n - mean.square()
        with torch.no_grad():
            _track(self, mean, variance * n / (n - 1))
        scale = self.weight * (variance + self.eps).rsqrt()
        shift = self.bias - mean * scale
        channels = (-1, *[1] * (x.ndim - 2))
        return x * scale.view(channels) + shift.view(channels)


def _track(norm: Any, mean: Tensor, variance: Tensor) -> None:
    """Let the running statistics of a layer follow those of a batch, as BatchNorm does."""
    norm.num_batches_tracked.add_(1)
    share = 1 / norm.num_batches_tracked.item() if norm.momentum is None else norm.momentum
    norm.running_mean.lerp_(mean, share)
    norm.running_var.lerp_(variance, share)


def over_ranks(network: nn.Module) -> nn.Module:
    """The network with its BatchNorm layers over the joined batch; changed in place."""
    for module in network.modules():
        if type(module) in (nn.BatchNorm1d, nn.BatchNorm2d):
            module.__class__ = JoinedBatchNorm
    return network
