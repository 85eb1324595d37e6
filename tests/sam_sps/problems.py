"""Small models, batches and closures for the tests."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS


def small_network(seed: int = 0, dtype: torch.dtype = torch.float32) -> nn.Sequential:
    """Convolution, BatchNorm, linear: 8×8 images in, four classes out."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1, bias=False),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(256, 4),
        )
    return model.to(dtype)


def batch(seed: int, dtype: torch.dtype = torch.float32, size: int = 16) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randn(size, 1, 8, 8, generator=generator, dtype=torch.float64).to(dtype)
    return images, torch.randint(0, 4, (size,), generator=generator)


def closure_for(model: nn.Module, data: tuple[Tensor, Tensor]) -> Callable[[], Tensor]:
    images, labels = data

    def closure() -> Tensor:
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        return loss

    return closure


def parameter(*values: float, dtype: torch.dtype = torch.float64) -> nn.Parameter:
    return nn.Parameter(torch.tensor(values, dtype=dtype))


def bits(tensor: Tensor) -> Tensor:
    """The bytes of a tensor: unlike ==, they tell −0.0 from 0.0 and make NaN equal to itself."""
    return tensor.detach().clone().contiguous().reshape(-1).view(torch.uint8)


def same_bits(left: list[Tensor], right: list[Tensor]) -> bool:
    return all(torch.equal(bits(a), bits(b)) for a, b in zip(left, right, strict=True))


def copies(model: nn.Module) -> list[Tensor]:
    return [p.detach().clone() for p in model.parameters()]


def inputs(seed: int = 1, size: int = 32) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size, 8, generator=generator), torch.randint(0, 4, (size,), generator=generator)


def backward(loss: Tensor) -> Tensor:
    loss.backward()
    return loss


def steps_on(x: nn.Parameter, optimizer: SAM_SPS, number: int) -> list[float]:
    """Take steps on ‖x‖² and return the λ of each."""
    seen = []
    for _ in range(number):
        optimizer.step(lambda: backward(x.square().sum()))
        seen.append(optimizer.param_groups[0]["lambd"])
    return seen


@contextmanager
def no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
