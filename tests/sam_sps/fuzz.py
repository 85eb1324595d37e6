"""Random programs of training, and what the formulas say of each of their steps, in float64.

A program puts tensors of several shapes, layouts and types into groups and trains: it freezes, adds groups,
moves memory, saves and loads, fails, leaves batches out, in either calling style, in and outside of autocast.
Every pass is held against one of the same loss on copies, every step against the formulas in NumPy.
"""

from __future__ import annotations

import copy
import math
import pickle
import random
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear

from sam_sps import SAM_SPS

Array = np.ndarray[Any, np.dtype[np.float64]]
SHAPES = [(), (5,), (3, 4), (2, 3, 2, 2), (0,), (300, 120)]
DTYPES = [torch.float32, torch.float32, torch.float64, torch.bfloat16, torch.float16]


class BrokenError(Exception):
    """Raised by closures on purpose."""


def numpy(tensor: Tensor) -> Array:
    return tensor.detach().to(torch.float64).contiguous().numpy().copy()


def in_layout(tensor: Tensor, layout: str) -> Tensor:
    """The same values, in other strides."""
    if layout == "transposed" and tensor.ndim >= 2:
        return tensor.transpose(0, -1).contiguous().transpose(0, -1)
    if layout == "channels last" and tensor.ndim == 4:
        return tensor.contiguous(memory_format=torch.channels_last)
    if layout == "sliced" and tensor.ndim >= 1:
        return torch.stack([tensor, tensor], dim=-1)[..., 0]
    return tensor.clone()


def loss_of(params: list[Tensor], inputs: dict[int, Tensor], used: list[int]) -> Tensor:
    """A loss that couples all of the parameters, by way of operations for which autocast casts weights."""
    total, mean = torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    for i in used:
        param = params[i]
        given = inputs[i].to(param.dtype)
        if param.ndim == 2:
            out = linear(given.reshape(-1, param.shape[1])[:3], param)
        elif param.ndim == 4:
            out = conv2d(given.reshape(1, 3, 4, 2), param)
        else:
            out = param * given.reshape(param.shape)
        out = out.double()
        total = total + (out - 1.0).square().sum() / max(out.numel(), 1)
        mean = mean + out.sum() / max(out.numel(), 1)
    return total + 0.1 * mean.sin()


@dataclass
class Pass:
    """What a pass found: parameters, gradients (None where there is none) and the loss."""

    params: list[Tensor]
    grads: list[Array | None] = field(default_factory=list)
    loss: float = math.nan


class Program:
    """One program, made and run by a generator of random numbers with the seed that names it."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.generator = torch.Generator().manual_seed(seed)
        self.seed = seed
        self.params: list[nn.Parameter] = []
        self.inputs: dict[int, Tensor] = {}
        self.capturable = self.rng.random() < 0.2
        self.f_star = self.rng.choice([0.0, 0.0, -0.5, 0.3])
        groups = [self.group() for _ in range(self.rng.choice([1, 1, 2, 3]))]
        self.optimizer = SAM_SPS(groups, f_star=self.f_star, capturable=self.capturable)
        self.steps = self.skipped = 0

    def parameter(self) -> nn.Parameter:
        shape = self.rng.choice(SHAPES)
        values = torch.randn(shape, generator=self.generator, dtype=torch.float64)
        values = in_layout(values.to(self.rng.choice(DTYPES)), self.rng.choice(["", "sliced", "transposed"]))
        param = nn.Parameter(values)
        self.inputs[len(self.params)] = torch.randn(
            math.prod(shape) or 1, generator=self.generator, dtype=torch.float64
        )[: math.prod(shape)]
        self.params.append(param)
        return param

    def group(self) -> dict[str, Any]:
        group = {"params": [self.parameter() for _ in range(self.rng.choice([1, 2, 3]))]}
        return {
            **group,
            **{name: self.value(name) for name in ("rho", "lambd", "weight_decay", "gamma_b", "c")},
        }

    def value(self, name: str) -> float:
        choices = {
            "rho": [0.0, 0.05, 0.3, 1.0],
            "lambd": [0.0, 0.5, 1.0],
            "weight_decay": [0.0, 5e-4, 0.1],
            "gamma_b": [0.0, 0.05, 1.0, 20.0],
            "c": [0.5, 1.0],
        }
        return self.rng.choice(choices[name])

    def run(self) -> None:
        torch.set_num_threads(2 if self.rng.random() < 0.05 else 1)
        for _ in range(self.rng.randint(2, 5)):
            if self.rng.random() < 0.6:
                self.rng.choice([self.freeze, self.change, self.add, self.move, self.load, self.duplicate])()
            if any(param.requires_grad and param.numel() for param in self.params):
                self.step()

    def freeze(self) -> None:
        for param in self.params:
            param.requires_grad_(self.rng.random() < 0.7)

    def change(self) -> None:
        name = self.rng.choice(["rho", "lambd", "weight_decay", "gamma_b", "c"])
        self.rng.choice(self.optimizer.param_groups)[name] = self.value(name)

    def add(self) -> None:
        self.f_star = self.rng.choice([0.0, -1.0])
        for group in self.optimizer.param_groups:
            group["f_star"] = self.f_star
        self.optimizer.add_param_group(self.group())

    def move(self) -> None:
        for param in self.params:
            param.data = in_layout(param.data, self.rng.choice(["", "sliced", "transposed", "channels last"]))

    def load(self) -> None:
        groups = [{"params": group["params"]} for group in self.optimizer.param_groups]
        other = SAM_SPS(groups, rho=7.0, gamma_b=7.0, f_star=7.0, capturable=self.capturable)
        other.load_state_dict(self.optimizer.state_dict())
        self.optimizer = other

    def duplicate(self) -> None:
        both = (self.params, self.optimizer)
        for param in self.params:
            param.grad = None
        self.params, self.optimizer = (
            pickle.loads(pickle.dumps(both)) if self.rng.random() < 0.5 else copy.deepcopy(both)
        )

    def evaluate(self, used: list[int], autocast: bool) -> Pass:
        """Do a pass, and hold it against one on copies, for which autocast has no cache."""
        found = Pass([param.detach().clone() for param in self.params])
        loss = loss_of(list(self.params), self.inputs, used)
        loss.backward()
        twins = [param.detach().clone().requires_grad_(param.requires_grad) for param in self.params]
        with torch.autocast("cpu", torch.bfloat16, enabled=autocast, cache_enabled=False):
            twin_loss = loss_of(twins, self.inputs, used)
        twin_loss.backward()
        agree(
            loss.item(),
            twin_loss.item(),
            1e-3 * (1.0 + abs(loss.item())),
            "the loss is not that of the parameters",
        )
        for param, twin in zip(self.params, twins, strict=True):
            if param.grad is not None:
                assert twin.grad is not None
                scale = float(twin.grad.abs().max()) if twin.numel() else 0.0
                agree(numpy(param.grad), numpy(twin.grad), 1e-2 * scale, "gradients are not those there")
        found.loss = loss.item()
        return found

    def step(self) -> None:
        """Take a step of any kind, and check what became of the parameters."""
        rng = self.rng
        event = rng.choice(["", "", "", "", "broken", "none", "nan loss", "infinite gradient", "cancel"])
        at_pass, is_closure = rng.choice([1, 2]), rng.random() < 0.5
        around, inside = rng.random() < 0.4, rng.random() < 0.3
        passes: list[Pass] = []
        before = [param.detach().clone() for param in self.params]
        candidates = [i for i, param in enumerate(self.params) if param.requires_grad]

        def closure() -> Tensor | None:
            is_event = len(passes) + 1 == at_pass
            if is_event and event == "none":
                return None
            used = [i for i in candidates if rng.random() < 0.9] or candidates
            if not any(self.params[i].numel() for i in used):
                used = candidates
            with torch.autocast("cpu", torch.bfloat16) if inside else nullcontext():
                found = self.evaluate(used, around or inside)
            passes.append(found)
            if is_event and event == "broken":
                raise BrokenError
            if is_event and event == "nan loss":
                found.loss = math.nan
            trained = [param for param in self.params if param.grad is not None and param.numel()]
            if is_event and event == "infinite gradient":
                trained[0].grad[(0,) * trained[0].ndim] = math.inf  # type: ignore[index]
            found.grads = [None if p.grad is None else numpy(p.grad) for p in self.params]
            return torch.tensor(found.loss, dtype=torch.float64)

        with torch.autocast("cpu", torch.bfloat16) if around else nullcontext():
            ended = self.by_closure(closure) if is_closure else self.by_calls(closure, event == "cancel")
        self.steps += ended != "raised"
        is_skipped = ended == "left out" or (ended == "stepped" and not is_usable(passes, self.f_star))
        self.skipped += is_skipped
        counts = self.optimizer.counts
        assert (counts.steps, counts.skipped) == (self.steps, self.skipped), "counts"
        if ended == "stepped" and not is_skipped:
            self.check(before, passes)
            return
        for param, old in zip(self.params, before, strict=True):
            assert torch.equal(param, old), f"a step that is {ended} has moved a parameter"

    def by_closure(self, closure: Callable[[], Tensor | None]) -> str:
        try:
            return "left out" if self.optimizer.step(closure) is None else "stepped"
        except BrokenError:
            return "raised"

    def by_calls(self, closure: Callable[[], Tensor | None], is_cancelled: bool) -> str:
        self.optimizer.zero_grad()
        try:
            if (loss := closure()) is None:
                return "raised"  # nothing was begun
            self.optimizer.first_step(zero_grad=True, loss=loss)
            loss = closure()
        except BrokenError:
            loss = None
        if not self.optimizer.is_perturbed:
            return "raised"
        if loss is None or is_cancelled:
            self.optimizer.cancel_step()
            return "left out"
        self.optimizer.second_step(loss=loss)
        return "stepped"

    def check(self, before: list[Tensor], passes: list[Pass]) -> None:
        """Hold e, the step sizes and x⁺ against the formulas."""
        first, second = passes
        groups = self.optimizer.param_groups
        index = {id(param): i for i, param in enumerate(self.params)}
        members = [[index[id(param)] for param in group["params"]] for group in groups]
        x, e = [numpy(p) for p in before], [numpy(p) for p in second.params]
        eps = [float(torch.finfo(p.dtype).eps) for p in before]
        sums = 1e-12 if all(p.dtype == torch.float64 for p in before) else 4e-6
        norm = max(math.sqrt(sum(float((g * g).sum()) for g in first.grads if g is not None)), 1e-12)
        for group, indices in zip(groups, members, strict=True):
            scale = group["rho"] * (1.0 - group["lambd"] + group["lambd"] / norm)
            for i in indices:
                g = first.grads[i]
                moved = np.zeros_like(x[i]) if g is None else scale * g
                close = (
                    sums * abs(moved) + 2.0 * eps[i] * (abs(x[i]) + abs(moved)) + 1e-7 * (eps[i] == 2.0**-10)
                )
                agree(e[i], x[i] + moved, close, "e")
        pairs = [(g, e_i - x_i) for g, e_i, x_i in zip(second.grads, e, x, strict=True) if g is not None]
        inner = sum(float((g * d).sum()) for g, d in pairs)
        size = sum(float(abs(g * d).sum()) for g, d in pairs)
        square = max(sum(float((g * g).sum()) for g, _ in pairs), 1e-12)
        numerator = second.loss - self.f_star - inner
        unsure = sums * (abs(second.loss) + abs(self.f_star) + size + abs(numerator))
        info = self.optimizer.last_step
        assert info is not None
        agree(info.numerator, numerator, unsure, "N")
        if abs(numerator) > unsure:
            assert info.clamped == (numerator < 0.0), "clamped"
        for group, indices, found in zip(groups, members, info.gammas, strict=True):
            gamma = min(max(numerator / group["c"], 0.0) / square, group["gamma_b"])
            slack = unsure / group["c"] / square
            agree(found, gamma, slack + 1e-6 * gamma, "γ")
            for i in indices:
                grad = second.grads[i]
                direction = 0.0 if grad is None else grad + group["weight_decay"] * x[i]
                wanted = x[i] - gamma * direction
                close = (slack + sums * gamma) * abs(direction) + 2.0 * eps[i] * (abs(x[i]) + abs(wanted))
                agree(numpy(self.params[i]), wanted, close + 1e-7 * (eps[i] == 2.0**-10), "x⁺")


def is_usable(passes: list[Pass], f_star: float) -> bool:
    """Whether everything that a step needs is finite."""
    grads = [grad for found in passes for grad in found.grads if grad is not None]
    return all(math.isfinite(found.loss) for found in passes) and all(np.isfinite(g).all() for g in grads)


def agree(found: Any, wanted: Any, close: Any, what: str) -> None:
    """Fail unless |found − wanted| <= close everywhere."""
    difference = np.abs(np.asarray(found) - np.asarray(wanted))
    assert bool((difference <= close).all()), f"{what}: off by {difference.max():.3g}"
