"""Perturbation and update of lists of tensors, against the formula in a wider type."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from sam_sps.functional import perturb_, update_
from tests.sam_sps.problems import same_bits

#: Around vector registers, and around the length from which torch shares work among threads.
SIZES = [1, 7, 64, 1001, 2**15 - 1, 2**15 + 3, 100_000]


def drawn(sizes: list[int], seed: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(size, generator=generator) for size in sizes]


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("on_host", [True, False])
@pytest.mark.parametrize(
    ("gamma", "weight_decay", "shrink"),
    [
        (0.3, 0.0, 1.0),
        (0.3, 5e-4, 1.0),
        (20.0, 0.05, 1.0),
        (0.01, 1e-5, 1.0),
        (0.3, 0.0, 0.9),
        (0.0, 0.0, 0.9),
    ],
)
def test_tensors_are_updated_as_the_formula_says(
    threads: Callable[[int], None],
    n_threads: int,
    on_host: bool,
    gamma: float,
    weight_decay: float,
    shrink: float,
) -> None:
    threads(n_threads)
    x, grads, params = drawn(SIZES, 0), drawn(SIZES, 1), drawn(SIZES, 2)
    kept = [[tensor.clone() for tensor in tensors] for tensors in (x, grads)]
    scalars = (gamma, shrink) if on_host else (torch.tensor(gamma), torch.tensor(shrink))
    update_(params, x, grads, scalars[0], weight_decay, scalars[1] if shrink != 1.0 else 1.0)
    for param, a, g in zip(params, x, grads, strict=True):
        wanted = shrink * (a.double() - gamma * (g.double() + weight_decay * a.double()))
        scale = shrink * (a.abs() + gamma * g.abs()).double()
        assert ((param.double() - wanted).abs() <= 2 * torch.finfo(torch.float32).eps * scale).all()
    assert same_bits(x, kept[0])
    assert same_bits(grads, kept[1])


@pytest.mark.parametrize("gamma", [0.0, torch.tensor(0.0)], ids=["on host", "on device"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_a_step_size_of_zero_gives_back_every_bit_whatever_the_gradients(
    gamma: float | Tensor, dtype: torch.dtype
) -> None:
    x = [torch.tensor([-0.0, 0.0, 1e-45, 3.0], dtype=dtype)]
    params = [torch.full((4,), float("nan"), dtype=dtype)]
    grads = [torch.tensor([float("inf"), float("nan"), 0.0, -1.0], dtype=dtype)]
    update_(params, x, grads, gamma, 0.1)
    assert same_bits(params, x)


@pytest.mark.parametrize("scale", [math.nan, math.inf, torch.tensor(math.nan)], ids=repr)
def test_a_scale_that_is_not_finite_moves_nothing(scale: float | Tensor) -> None:
    x, params = drawn([5], 0), drawn([5], 0)
    perturb_(params, x, [torch.full((5,), math.inf)], scale)
    assert same_bits(params, x)


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("n", [1000, 200_000])
@pytest.mark.parametrize("gamma", [5e-5, 2e-4, 1e-3, 1e-2, 0.06, 0.07])
@pytest.mark.parametrize("proximal", [False, True])
def test_weight_decay_far_below_a_rounding_error_of_x_is_not_lost(
    threads: Callable[[int], None], n_threads: int, gamma: float, n: int, proximal: bool
) -> None:
    threads(n_threads)
    x, grads = (torch.nn.functional.pad(tensor, (0, 1)) for tensor in drawn([n, n], 0))
    params = [torch.empty(n + 1)]
    weight_decay, shrink = (0.0, 1.0 / (1.0 + gamma * 5e-4)) if proximal else (5e-4, 1.0)
    update_(params, [x], [grads], gamma, weight_decay, shrink)
    decayed = x.double() - shrink * gamma * grads.double() - params[0].double()
    found = (decayed @ x.double()) / (x.double() @ x.double())
    # Roundings of x by 2^-24 at most fall either way.
    assert found.item() == pytest.approx(gamma * 5e-4, rel=2e-3, abs=2**-24 / n**0.5)
