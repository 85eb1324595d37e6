"""Where parameters lie in memory, and in which order, does not change a step."""

from __future__ import annotations

import copy
import itertools
import math
import weakref
from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from sam_sps import SAM_SPS
from tests.sam_sps.problems import batch, closure_for, copies, same_bits, small_network
from tests.sam_sps.reference import Group, Vector, reference_step


def test_channels_last_gives_the_same_step() -> None:
    one, two = small_network(), small_network().to(memory_format=torch.channels_last)
    data = batch(1)
    optimizers = [SAM_SPS(model.parameters()) for model in (one, two)]
    optimizers[0].step(closure_for(one, data))
    optimizers[1].step(closure_for(two, (data[0].contiguous(memory_format=torch.channels_last), data[1])))
    for p, q in zip(one.parameters(), two.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("proximal", [False, True])
def test_a_layout_that_changes_between_steps_does_not_change_them(proximal: bool) -> None:
    torch.manual_seed(0)
    staying = torch.nn.Conv2d(2, 3, 3, bias=False)
    changing = copy.deepcopy(staying).to(memory_format=torch.channels_last)
    images = torch.randn(4, 2, 5, 5)

    def closure_of(model: torch.nn.Module) -> Callable[[], Tensor]:
        def closure() -> Tensor:
            loss: Tensor = model(images).square().mean()
            loss.backward()
            return loss

        return closure

    optimizers = [SAM_SPS(model.parameters(), proximal=proximal) for model in (changing, staying)]
    for _ in range(3):
        optimizers[0].step(closure_of(changing))
        optimizers[1].step(closure_of(staying))
        changing.to(memory_format=torch.contiguous_format)
    torch.testing.assert_close(changing.weight, staying.weight, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("has_two_types", [False, True])
def test_the_layout_of_many_short_parameters_may_change_between_steps(has_two_types: bool) -> None:
    torch.manual_seed(0)
    layers = [torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.Conv2d(8, 8, 3)]
    staying = torch.nn.ModuleList([torch.nn.Sequential(*layers, torch.nn.Flatten(2)), torch.nn.Linear(16, 2)])
    dtype = torch.float64 if has_two_types else torch.float32
    staying[1].to(dtype)
    changing = copy.deepcopy(staying)
    images = torch.randn(2, 3, 8, 8)

    def closure_of(model: torch.nn.ModuleList) -> Callable[[], Tensor]:
        def closure() -> Tensor:
            loss: Tensor = model[1](model[0](images).to(dtype)).square().mean()
            loss.backward()
            return loss

        return closure

    optimizers = [SAM_SPS(model.parameters()) for model in (changing, staying)]
    for memory_format in [torch.contiguous_format, torch.channels_last, torch.channels_last] * 2:
        changing.to(memory_format=memory_format)
        optimizers[0].step(closure_of(changing))
        optimizers[1].step(closure_of(staying))
    for p, q in zip(changing.parameters(), staying.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_memory_that_parameters_have_left_is_free_after_the_next_step(
    memory_format: torch.memory_format,
) -> None:
    model = torch.nn.Sequential(torch.nn.Conv2d(4, 64, 3), torch.nn.Conv2d(64, 64, 3), torch.nn.Flatten(1))
    images = torch.randn(2, 4, 8, 8)

    def closure() -> Tensor:
        loss: Tensor = model(images).square().mean()
        loss.backward()
        return loss

    optimizer = SAM_SPS(model.parameters())
    optimizer.step(closure)
    left = [weakref.ref(param.untyped_storage()) for param in model.parameters()]
    held = [param.data for param in model.parameters()]  # so that no other tensor gets their place
    assert all(storage() is not None for storage in left)
    for param in model.parameters():
        param.data = param.data.clone()
    model.to(memory_format=memory_format)
    optimizer.step(closure)
    del held
    assert [storage() for storage in left] == [None] * len(left)


@pytest.mark.parametrize(
    "formats", [[torch.channels_last, torch.contiguous_format] * 3, [torch.channels_last]]
)
def test_a_layout_that_changes_in_a_step_does_not_change_it(formats: list[torch.memory_format]) -> None:
    torch.manual_seed(0)
    staying = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.Conv2d(3, 4, 2), torch.nn.Flatten(1))
    changing = copy.deepcopy(staying)
    images = torch.randn(4, 2, 5, 5)

    def backward(model: torch.nn.Module) -> Tensor:
        model.zero_grad()
        loss: Tensor = model(images).square().mean()
        loss.backward()
        return loss.detach()

    optimizers = [SAM_SPS(model.parameters()) for model in (changing, staying)]
    for memory_format in formats:
        for model, optimizer in zip((changing, staying), optimizers, strict=True):
            backward(model)
            optimizer.first_step()
        changing.to(memory_format=memory_format)
        for model, optimizer in zip((changing, staying), optimizers, strict=True):
            optimizer.second_step(backward(model))
    for p, q in zip(changing.parameters(), staying.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-6)


class TwoTypes(torch.nn.Module):
    """A network with parameters in float32 and in float64, which no kernel can take together."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = small_network(), torch.nn.Linear(4, 4).double()
        with torch.no_grad():
            self.second.weight.copy_(torch.eye(4))

    def forward(self, images: Tensor) -> Tensor:
        result: Tensor = self.second(self.first(images).double())
        return result


@pytest.mark.parametrize("make", [small_network, TwoTypes])
def test_parameters_that_move_to_other_memory_step_as_if_they_had_not(
    make: Callable[[], torch.nn.Module],
) -> None:
    moving = make()
    staying = copy.deepcopy(moving)
    optimizer, twin = SAM_SPS(moving.parameters()), SAM_SPS(staying.parameters())

    def moved(closure: Callable[[], Tensor]) -> Callable[[], Tensor]:
        def run() -> Tensor:
            for param in moving.parameters():
                old = param.data
                param.data = old.clone()
                old.fill_(math.nan)
            return closure()

        return run

    for seed in range(3):
        optimizer.step(moved(closure_for(moving, batch(seed))))
        twin.step(closure_for(staying, batch(seed)))
        assert same_bits(copies(moving), copies(staying))


@pytest.mark.parametrize("n", [8, 100])
def test_a_layout_may_change_without_a_move(n: int) -> None:
    torch.manual_seed(0)
    moving = [torch.nn.Parameter(torch.randn(n, n)) for _ in range(2)]
    staying = [torch.nn.Parameter(param.detach().clone()) for param in moving]
    optimizer, twin = (SAM_SPS(params, gamma_b=0.1) for params in (moving, staying))
    for action, change in [
        (1, None),
        (2, None),
        (1, lambda data: data.t().contiguous().t()),  # other places, not contiguous
        (2, lambda data: data.t()),  # the same places, contiguous again
        (1, None),
        (2, None),
    ]:
        for param, other in zip(moving, staying, strict=True):
            other.grad = torch.randn(n, n)
            param.grad = other.grad.clone()
        for each in (optimizer, twin):
            each.first_step() if action == 1 else each.second_step(loss=5.0)
        for param, other in zip(moving, staying, strict=True):
            if change is not None:
                param.data = change(param.data)
            if change is not None and action == 2:
                other.data = other.data.t().contiguous()
    torch.testing.assert_close(moving, staying, rtol=1e-5, atol=1e-6)


def test_empty_parameters_may_change_their_type() -> None:
    params = [torch.nn.Parameter(torch.empty(0, 3)), torch.nn.Parameter(torch.empty(0))]
    optimizer = SAM_SPS([{"params": params}, {"params": [torch.nn.Parameter(torch.ones(2))]}])
    for dtype in (torch.float32, torch.float16, torch.float64):
        for param in params:
            param.data = param.data.to(dtype)
        for action in (optimizer.first_step, partial(optimizer.second_step, loss=1.0)):
            for param in itertools.chain(*(group["params"] for group in optimizer.param_groups)):
                param.grad = torch.ones_like(param)
            action()
    assert optimizer.counts.steps == 3
    assert [param.dtype for param in params] == [torch.float64] * 2


#: Joined ones, and long ones: for one thread, for more by any kernel, and summed in pieces.
SHAPES = [(5,), (7,), (6, 5), (70, 70), (100, 100), (200, 200), (300, 300)]


@pytest.fixture(scope="module")
def bowl() -> tuple[Vector, Vector, list[Vector]]:
    """Weights of a quadratic, a start and three steps of the twin in float64."""
    generator = torch.Generator().manual_seed(0)
    n = sum(math.prod(shape) for shape in SHAPES)
    weights: Vector = (0.5 + torch.rand(n, generator=generator)).tolist()
    x: Vector = torch.randn(n, generator=generator).tolist()

    def function(point: Vector) -> tuple[float, Vector]:
        gradient = [w * value / n for w, value in zip(weights, point, strict=True)]
        return 0.5 * math.fsum(map(math.prod, zip(gradient, point, strict=True))), gradient

    steps = [x]
    for _ in range(3):
        group = Group([*range(n)], rho=30.0, weight_decay=1e-6, gamma_b=1e9)
        steps.append(reference_step(steps[-1], function, [group])[0])
    return weights, x, steps[1:]


@pytest.mark.parametrize("capturable", [False, True])
@pytest.mark.parametrize("is_moving", [False, True])
@pytest.mark.parametrize("numbers", [(1, 1, 1), (2, 2, 2), (2, 1, 2)])
def test_tensors_of_every_length_step_like_the_twin_with_any_number_of_threads(
    threads: Callable[[int], None],
    bowl: tuple[Vector, Vector, list[Vector]],
    numbers: tuple[int, ...],
    is_moving: bool,
    capturable: bool,
) -> None:
    weights, x, steps = bowl
    sizes = [math.prod(shape) for shape in SHAPES]
    params = [
        torch.nn.Parameter(part.view(shape).clone())
        for part, shape in zip(torch.tensor(x).split(sizes), SHAPES, strict=True)
    ]
    optimizer = SAM_SPS(params, rho=30.0, weight_decay=1e-6, gamma_b=1e9, capturable=capturable)

    def closure() -> Tensor:
        point = torch.cat([param.flatten() for param in params])
        loss: Tensor = (torch.tensor(weights) * point.square()).sum() / (2 * len(weights))
        loss.backward()
        return loss

    for number, wanted in zip(numbers, steps, strict=True):
        threads(number)
        for param in params if is_moving else []:
            param.data = param.data.clone()
        optimizer.step(closure)
        found = torch.cat([param.detach().flatten() for param in params])
        torch.testing.assert_close(found, torch.tensor(wanted), rtol=1e-4, atol=1e-5)
