"""Mixed precision, BatchNorm, dropout, accumulation, clipping, schedules and capture."""

from __future__ import annotations

import math
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from sam_sps import (
    SAM_SPS,
    ReplayRandomness,
    UpdateStatisticsOnce,
    inverse,
    one_minus_inverse,
    scaled_step,
    schedule,
)
from sam_sps.functional import polyak_numerator, polyak_step_size, update_
from sam_sps.multi_tensor import bucket_gradients, squared_norm
from tests.sam_sps.problems import batch, closure_for, copies, parameter, same_bits, small_network


@pytest.fixture
def linear() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(8, 4)


def inputs(seed: int = 1, size: int = 32) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size, 8, generator=generator), torch.randint(0, 4, (size,), generator=generator)


# Mixed precision ------------------------------------------------------------------------------------------


def test_bfloat16_autocast_needs_nothing(linear: nn.Linear) -> None:
    optimizer = SAM_SPS(linear.parameters(), rho=0.05)
    x, y = inputs()

    def closure() -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            loss = nn.functional.cross_entropy(linear(x), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    info = optimizer.last_step
    assert info is not None
    assert not info.skipped
    assert linear.weight.dtype == torch.float32
    assert info.gamma == min(max(info.gamma_raw, 0.0), 1.0)


def scaled_closure(model: nn.Module, scaler: torch.amp.GradScaler) -> Callable[[], Tensor]:
    x, y = inputs()

    def closure() -> Tensor:
        loss = nn.functional.cross_entropy(model(x), y)
        scaler.scale(loss).backward()
        return loss

    return closure


def test_scaled_gradients_give_the_step_of_unscaled_ones(linear: nn.Linear) -> None:
    twin = nn.Linear(8, 4)
    twin.load_state_dict(linear.state_dict())
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**10)
    scaled, plain = SAM_SPS(linear.parameters(), rho=0.05), SAM_SPS(twin.parameters(), rho=0.05)
    x, y = inputs()

    def closure() -> Tensor:
        loss = nn.functional.cross_entropy(twin(x), y)
        loss.backward()
        return loss

    for _ in range(5):
        loss = scaled_step(scaled, scaler, scaled_closure(linear, scaler))
        assert torch.equal(loss, plain.step(closure))
    # A power of two scales without rounding: bit for bit.
    assert same_bits(copies(linear), copies(twin))
    assert scaled.last_step == plain.last_step


@pytest.mark.parametrize("at_pass", [1, 2])
def test_an_overflow_in_either_pass_skips_the_step_and_lowers_the_scale(
    linear: nn.Linear, at_pass: int
) -> None:
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**10)
    optimizer = SAM_SPS(linear.parameters())
    before = copies(linear)
    plain, calls = scaled_closure(linear, scaler), []

    def closure() -> Tensor:
        loss = plain()
        calls.append(1)
        if len(calls) == at_pass:
            linear.weight.grad[0, 0] = math.inf  # type: ignore[index]
        return loss

    scaled_step(optimizer, scaler, closure)
    assert same_bits(copies(linear), before)
    assert optimizer.counts.skipped == 1
    assert scaler.get_scale() == 2.0**9
    scaled_step(optimizer, scaler, plain)
    assert optimizer.counts.skipped == 1
    assert not same_bits(copies(linear), before)


def test_half_precision_parameters_step() -> None:
    for dtype in (torch.float16, torch.bfloat16):
        x = parameter(3.0, 4.0, dtype=dtype)
        optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0)
        x.grad = torch.tensor([3.0, 4.0], dtype=dtype)
        optimizer.first_step()
        optimizer.second_step(loss=12.5)
        # γ = 12.5 / 25
        assert x.tolist() == [1.5, 2.0]


# BatchNorm and dropout ------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", [nn.BatchNorm1d(8), nn.BatchNorm1d(8, momentum=None)], ids=["ema", "mean"])
def test_running_statistics_once_a_step(layer: nn.BatchNorm1d) -> None:
    model = nn.Sequential(layer, nn.Linear(8, 4))
    once, x_y = nn.BatchNorm1d(8, momentum=layer.momentum), inputs()
    once(x_y[0])
    optimizer = SAM_SPS(model.parameters(), rho=0.5)
    statistics = UpdateStatisticsOnce(optimizer, model)

    def closure() -> Tensor:
        with statistics:
            loss = nn.functional.cross_entropy(model(x_y[0]), x_y[1])
            loss.backward()
        return loss

    optimizer.step(closure)
    assert same_bits(list(layer.buffers()), list(once.buffers()))
    assert layer.num_batches_tracked == 1


def test_by_default_statistics_are_updated_twice_as_officially() -> None:
    model = small_network()
    SAM_SPS(model.parameters()).step(closure_for(model, batch(0)))
    assert model[1].num_batches_tracked == 2


def test_statistics_survive_an_exception_in_the_second_pass() -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters())
    statistics, calls = UpdateStatisticsOnce(optimizer, model), []

    def closure() -> Tensor:
        with statistics:
            loss = closure_for(model, batch(0))()
            calls.append(1)
            if len(calls) == 2:
                raise ValueError("broken")
        return loss

    with pytest.raises(ValueError, match="broken"):
        optimizer.step(closure)
    assert model[1].num_batches_tracked == 1


def dropout_network() -> nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 4))


def test_with_replay_rho_zero_is_plain_sps_max_bit_for_bit() -> None:
    sam, plain = dropout_network(), dropout_network()
    optimizer = SAM_SPS(sam.parameters(), rho=0.0, weight_decay=0.01, gamma_b=0.7)
    replay = ReplayRandomness(optimizer)
    params = list(plain.parameters())
    for seed in range(10):
        x, y = inputs(seed)

        def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
            with replay:
                loss = nn.functional.cross_entropy(sam(x), y)
                loss.backward()
            return loss

        torch.manual_seed(seed)
        optimizer.step(closure)
        drawn = torch.get_rng_state()

        torch.manual_seed(seed)
        plain.zero_grad()
        loss = nn.functional.cross_entropy(plain(x), y)
        loss.backward()
        (bucket,) = bucket_gradients([{"params": params}], [], in_step=False)
        square = squared_norm(bucket.joined(bucket.grads)).item()
        gamma = polyak_step_size(polyak_numerator(loss.item(), 0.0, 0.0), square, 0.7).gamma
        with torch.no_grad():
            update_(bucket.params, copies(plain), bucket.grads, gamma, 0.01, is_dense=bucket.is_dense)

        assert same_bits(copies(sam), copies(plain))
        assert torch.equal(drawn, torch.get_rng_state())


def test_without_replay_the_masks_differ() -> None:
    torch.manual_seed(0)
    model = dropout_network()
    optimizer = SAM_SPS(model.parameters(), rho=0.0)
    x, y = inputs()
    optimizer.step(lambda: _backward(nn.functional.cross_entropy(model(x), y)))
    assert optimizer.last_step is not None
    assert optimizer.last_step.loss_x != optimizer.last_step.loss_e


def _backward(loss: Tensor) -> Tensor:
    loss.backward()
    return loss


def test_replay_needs_a_first_pass(linear: nn.Linear) -> None:
    optimizer = SAM_SPS(linear.parameters())
    replay = ReplayRandomness(optimizer)
    linear(inputs()[0]).sum().backward()
    optimizer.first_step()
    with pytest.raises(RuntimeError, match="first pass"), replay:
        pass


# Accumulation and clipping --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_micro_batches_equal_the_big_batch(dtype: torch.dtype) -> None:
    def network() -> nn.Sequential:
        with torch.random.fork_rng():
            torch.manual_seed(3)
            return nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 4)).to(dtype)

    big, small = network(), network()
    optimizers = [SAM_SPS(model.parameters(), rho=0.05) for model in (big, small)]
    for seed in range(10):
        x, y = inputs(seed)
        x = x.to(dtype)

        def accumulate(x: Tensor = x, y: Tensor = y) -> Tensor:
            total = torch.zeros((), dtype=dtype)
            for x_part, y_part in zip(x.chunk(4), y.chunk(4), strict=True):
                loss = nn.functional.cross_entropy(small(x_part), y_part) / 4
                loss.backward()
                total += loss.detach()
            return total

        optimizers[0].step(lambda x=x, y=y: _backward(nn.functional.cross_entropy(big(x), y)))  # type: ignore[misc]
        optimizers[1].step(accumulate)
    for p, q in zip(big.parameters(), small.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-6 if dtype == torch.float64 else 1e-5, atol=1e-6)


@pytest.mark.parametrize("clip", [100.0, 3.0])
def test_what_clipping_does_to_the_polyak_ratio(clip: float) -> None:
    """Clipping by a factor s < 1 before the second step makes the step 1/s times as long, not shorter."""
    x = parameter(3.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0)

    def closure() -> Tensor:
        loss = _backward(x.square().sum())
        nn.utils.clip_grad_norm_([x], clip)
        return loss

    optimizer.step(closure)
    factor = min(1.0, clip / 6.0)
    # Unclipped: f = 9, f' = 6, γ f' = 1.5.
    assert x.item() == pytest.approx(3.0 - 1.5 / factor, abs=1e-5)


# Schedules ------------------------------------------------------------------------------------------------


@contextmanager
def no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def steps_on(x: nn.Parameter, optimizer: SAM_SPS, number: int) -> list[float]:
    seen = []
    for _ in range(number):
        optimizer.step(lambda: _backward(x.square().sum()))
        seen.append(optimizer.param_groups[0]["lambd"])
    return seen


def schedulers(optimizer: SAM_SPS) -> list[Any]:
    return [
        torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: 1.0),
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10),
    ]


@pytest.mark.parametrize("index", [0, 1])
def test_a_learning_rate_scheduler_is_warned_of_once_at_the_first_step(index: int) -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    schedulers(optimizer)[index]
    with pytest.warns(UserWarning, match="has no effect") as record:
        steps_on(x, optimizer, 3)
    assert len(record) == 1


@pytest.mark.parametrize("how", ["by hand", "in the group", "plateau"])
def test_a_foreign_lr_is_warned_of(how: str) -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([{"params": [x], "lr": 0.1}] if how == "in the group" else [x])
    if how == "by hand":
        steps_on(x, optimizer, 1)
        optimizer.param_groups[0]["lr"] = 0.5
    if how == "plateau":
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0)
        scheduler.step(1.0)
        scheduler.step(2.0)
    with pytest.warns(UserWarning, match="has no effect"):
        steps_on(x, optimizer, 1)


def test_a_regular_run_and_a_resumed_one_do_not_warn() -> None:
    x = parameter(1.0)
    with no_warning():
        optimizer = SAM_SPS([x])
        optimizer.param_groups[0]["gamma_b"] = 0.5
        steps_on(x, optimizer, 3)
        resumed = SAM_SPS([x])
        resumed.load_state_dict(optimizer.state_dict())
        steps_on(x, resumed, 2)


def test_published_schedules_of_lambda_and_resuming() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    handle = schedule(optimizer, lambd=inverse, rho=lambda t: 0.1 / math.sqrt(t))
    assert steps_on(x, optimizer, 3) == [1.0, 0.5, 1 / 3]
    assert optimizer.param_groups[0]["rho"] == pytest.approx(0.1 / math.sqrt(3))
    resumed = SAM_SPS([x])
    resumed.load_state_dict(optimizer.state_dict())
    schedule(resumed, lambd=one_minus_inverse)
    assert steps_on(x, resumed, 2) == [0.75, 0.8]
    handle.remove()
    optimizer.param_groups[0]["lambd"] = 0.9
    assert steps_on(x, optimizer, 1) == [0.9]


def test_schedule_refuses_unknown_names_and_bad_values() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    with pytest.raises(ValueError, match="got lr"):
        schedule(optimizer, lr=inverse)
    schedule(optimizer, lambd=lambda t: 2.0 * t)
    with pytest.raises(ValueError, match=r"^lambd must be"):
        steps_on(x, optimizer, 1)


# Capturable -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proximal", [False, True])
def test_a_capturable_step_never_reads_a_number(proximal: bool) -> None:
    """On the meta device there are no numbers at all: whoever asks for one raises."""
    x, y = nn.Parameter(torch.empty(5, device="meta")), nn.Parameter(torch.empty((), device="meta"))
    settings = {"gamma_growth": 2.0, "online_lower_bound": True, "proximal": proximal}
    optimizer = SAM_SPS([{"params": [x]}, {"params": [y]}], capturable=True, **settings)
    for _ in range(3):
        optimizer.step(lambda: _backward(x.square().sum() * y))
    assert optimizer.param_groups[0]["lr"].device.type == "meta"
    with pytest.raises((RuntimeError, NotImplementedError)):
        _ = optimizer.last_step


class CountReads(TorchDispatchMode):
    """Counts how often a number is read from a tensor: what would wait for the device on an accelerator."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.reads += func in (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.is_nonzero.default)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("capturable", [True, False])
def test_a_capturable_step_dispatches_no_read(capturable: bool) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), capturable=capturable, gamma_growth=2.0, online_lower_bound=True)
    with CountReads() as mode:
        for seed in range(3):
            optimizer.step(closure_for(model, batch(seed)))
        assert (mode.reads == 0) == capturable
        _ = optimizer.last_step, optimizer.counts
    assert optimizer.counts.steps == 3


def test_another_step_reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off the CPU, without `capturable`: one list of numbers a step, and nothing else."""
    reads: list[int] = []

    def tolist(tensor: Tensor) -> list[float]:
        reads.append(tensor.numel())
        return [0.5] * tensor.numel()

    x = nn.Parameter(torch.empty(5, device="meta"))
    optimizer = SAM_SPS([x])
    monkeypatch.setattr(Tensor, "tolist", tolist)
    for number in range(1, 4):
        optimizer.step(lambda: _backward(x.square().sum()))
        assert len(reads) == number
    assert optimizer.param_groups[0]["lr"] == 0.5


@pytest.mark.parametrize("proximal", [False, True])
@pytest.mark.parametrize("lambd", [0.0, 1.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_capturable_takes_the_same_steps(dtype: torch.dtype, lambd: float, proximal: bool) -> None:
    models = [small_network(dtype=dtype), small_network(dtype=dtype)]
    optimizers = []
    for model, capturable in zip(models, (False, True), strict=True):
        params = list(model.parameters())
        groups = [{"params": params[:2], "weight_decay": 0.1}, {"params": params[2:], "gamma_b": 0.2}]
        settings = {"rho": 0.05, "lambd": lambd, "proximal": proximal}
        optimizers.append(SAM_SPS(groups, gamma_b=0.4, gamma_growth=1.5, capturable=capturable, **settings))
    for seed in range(20):
        for model, optimizer in zip(models, optimizers, strict=True):
            optimizer.step(closure_for(model, batch(seed, dtype)))
    rtol = 1e-4 if dtype == torch.float32 else 1e-10
    for p, q in zip(models[0].parameters(), models[1].parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=rtol, atol=1e-6)
    assert optimizers[0].counts == optimizers[1].counts
    assert optimizers[0].last_step is not None
    assert optimizers[1].last_step is not None
    assert optimizers[1].last_step.gammas == pytest.approx(optimizers[0].last_step.gammas, rel=rtol)
    assert optimizers[1].last_step.capped == optimizers[0].last_step.capped


def test_a_capturable_step_writes_into_the_same_tensors_and_saves_plain_numbers() -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), capturable=True)
    optimizer.step(closure_for(model, batch(0)))
    group = optimizer.param_groups[0]
    places = [group["lr"], group["counts"], group["gamma_last"]]
    state = optimizer.state_dict()
    with no_warning():
        optimizer.step(closure_for(model, batch(1)))
    assert all(
        a is b for a, b in zip(places, (group["lr"], group["counts"], group["gamma_last"]), strict=True)
    )
    assert state["param_groups"][0]["counts"][0] == 1
    assert type(state["param_groups"][0]["lr"]) is float
    resumed = SAM_SPS(model.parameters(), capturable=True)
    resumed.load_state_dict(optimizer.state_dict())
    resumed.step(closure_for(model, batch(2)))
    assert resumed.counts.steps == 3


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("what", ["loss", "gradient"])
@pytest.mark.parametrize("at_pass", [1, 2])
def test_a_capturable_step_skips_what_is_not_finite(what: str, at_pass: int, value: float) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), capturable=True, weight_decay=0.1)
    with torch.no_grad():
        model[4].weight[0, 0] = -0.0
    before, calls = copies(model), []

    def closure() -> Tensor:
        loss = closure_for(model, batch(0))()
        calls.append(1)
        if len(calls) == at_pass and what == "gradient":
            model[4].weight.grad[0, 0] = value
        return loss * value if len(calls) == at_pass and what == "loss" else loss

    optimizer.step(closure)
    assert same_bits(copies(model), before)
    assert all(torch.isfinite(buffer).all() for buffer in model.buffers())
    assert (optimizer.counts.steps, optimizer.counts.skipped) == (1, 1)
    assert optimizer.param_groups[0]["lr"].item() == 0.0


def test_capturable_excludes_raising() -> None:
    with pytest.raises(ValueError, match="error_if_nonfinite"):
        SAM_SPS([parameter(1.0)], capturable=True, error_if_nonfinite=True)


def test_the_gradients_of_a_pass_are_not_kept_for_the_next_one() -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters())
    plain = closure_for(model, batch(0))
    before: list[weakref.ref[Tensor]] = []

    def closure() -> Tensor:
        assert all(gradient() is None for gradient in before)
        loss = plain()
        before[:] = [weakref.ref(p.grad) for p in model.parameters() if p.grad is not None]
        assert before
        return loss

    for _ in range(2):
        optimizer.step(closure)
