"""Wrappers of Accelerate, Fabric and Lightning, and their ways of accumulating. Recipes: docs/recipes.md."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS, Accumulation, ReplayRandomness, UpdateStatisticsOnce, scaled_step, schedule
from sam_sps.agreement import STEPS
from tests.sam_sps.problems import no_warning, parameter


@pytest.fixture
def accelerator() -> Any:
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState, GradientState

    def make(steps: int = 1) -> Any:
        AcceleratorState._reset_state(reset_partial_state=True)
        GradientState._reset_state()
        return Accelerator(cpu=True, gradient_accumulation_steps=steps)

    yield make
    AcceleratorState._reset_state(reset_partial_state=True)
    GradientState._reset_state()


def wrapped_by_accelerate(optimizer: SAM_SPS, accelerator: Callable[[], Any]) -> Any:
    return accelerator().prepare(optimizer)


def wrapped_by_fabric(optimizer: SAM_SPS, _: Any) -> Any:
    from lightning.fabric import Fabric

    return Fabric(accelerator="cpu").setup(nn.Linear(1, 1), optimizer)[1]


def wrapped_by_lightning(optimizer: SAM_SPS, _: Any) -> Any:
    from lightning.pytorch.core.optimizer import LightningOptimizer

    return LightningOptimizer(optimizer)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of torch's scaler, that there is no GPU
@pytest.mark.parametrize("wrap", [wrapped_by_accelerate, wrapped_by_fabric, wrapped_by_lightning])
def test_wrappers_are_accepted(wrap: Callable[[SAM_SPS, Any], Any], accelerator: Any) -> None:
    """f = w², from w = 1, ρ = 1/2: e = 1.5, N = 2.25 − 1.5, γ = 0.75/9, w⁺ = 0.75."""
    w = parameter(1.0, dtype=torch.float32)
    optimizer = SAM_SPS([w], weight_decay=0.0)
    wrapper = wrap(optimizer, accelerator)
    schedule(wrapper, rho=lambda t: 0.5 / t)
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    replay, once = ReplayRandomness(wrapper), UpdateStatisticsOnce(wrapper, norm := nn.BatchNorm1d(1))
    draws: list[float] = []

    def drawing() -> Tensor:
        with replay, once:
            draws.append(torch.rand(()).item())
            norm(torch.ones(2, 1))
        loss = w.square().sum()
        loss.backward()
        return loss

    loss = scaled_step(wrapper, scaler, drawing)
    assert loss is not None
    assert loss.item() == pytest.approx(2.25)
    assert w.item() == pytest.approx(0.75)
    assert draws[0] == draws[1]  # it knew which pass it was
    assert norm.num_batches_tracked == 1
    assert optimizer.param_groups[0]["rho"] == 0.5
    scaled_step(wrapper, scaler, drawing)
    assert optimizer.param_groups[0]["rho"] == 0.25


@pytest.mark.parametrize("wrong", [torch.optim.SGD([parameter(1.0)], 0.1), nn.Linear(1, 1), None])
def test_what_holds_no_sam_sps_is_refused(wrong: Any) -> None:
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    for call in (
        lambda: schedule(wrong, rho=lambda t: 0.1),
        lambda: scaled_step(wrong, scaler, lambda: 0.0),
        lambda: Accumulation(wrong, 2, lambda a: a),
        lambda: ReplayRandomness(wrong),
    ):
        with pytest.raises(TypeError, match=rf"^optimizer must be a SAM_SPS.*, got {type(wrong).__name__}$"):
            call()


@pytest.mark.parametrize(("steps", "gamma"), [(1, 1.75 / 9.0), (2, 2.5 / 2.25)])
def test_gradients_that_accelerate_divides_once_more(
    steps: int, gamma: float, accelerator: Callable[[int], Any]
) -> None:
    """f = mean of (w − a)² over a = 0, 2, from w = 2, ρ = ½: e = 2.5, f(e) = 3.25, ∇f(e) = 3.

    Right: N = 3.25 − 1.5, γ = 1.75 / 9. With gradients halved: N = 3.25 − 0.75, γ = 2.5 / 1.5².
    """
    accelerate = accelerator(steps)
    w = parameter(2.0)
    optimizer = SAM_SPS([w], weight_decay=0.0, rho=0.5, gamma_b=10.0)
    wrapper = accelerate.prepare(optimizer)

    def closure() -> Tensor:
        losses = [(w - a).square().sum() / 2.0 for a in (0.0, 2.0)]
        for loss in losses:
            accelerate.backward(loss)
        return torch.stack(losses).sum()

    wrapper.step(closure)
    assert optimizer.last_step is not None
    assert optimizer.last_step.gamma == pytest.approx(gamma)
    said: list[warnings.WarningMessage]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(STEPS):
            with torch.no_grad():
                w.fill_(2.0)
            wrapper.step(closure)
    assert [f"factor of {steps}:" in str(one.message) for one in said] == [True] * (steps > 1)

    helper = Accumulation(wrapper, 2, lambda a: (w - a).square().sum(), backward=accelerate.backward)
    with torch.no_grad():
        w.fill_(2.0)
    helper(0.0)
    if steps > 1:
        with pytest.raises(RuntimeError, match=r"multiplied the gradients by 0\.5: .*leave"):
            helper(2.0)
    else:
        helper(2.0)
        assert optimizer.last_step.gamma == pytest.approx(gamma)


def test_inside_accumulate_of_accelerate_the_helper_refuses(accelerator: Callable[[int], Any]) -> None:
    accelerate = accelerator(2)
    w = parameter(1.0)
    wrapper = accelerate.prepare(SAM_SPS([w]))
    helper = Accumulation(wrapper, 1, lambda a: (w - a).square().sum())
    with (
        accelerate.accumulate(nn.Linear(1, 1)),
        pytest.raises(RuntimeError, match=r"did not take the step.*accelerator\.accumulate"),
    ):
        helper(0.0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("batches", [1, 2])
def test_accumulation_in_lightnings_automatic_optimisation_is_told_of(batches: int) -> None:
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.w = nn.Parameter(torch.ones(()))

        def configure_optimizers(self) -> SAM_SPS:
            self.optimizer = SAM_SPS([self.w])
            return self.optimizer

        def training_step(self, batch: Any, batch_idx: int) -> Tensor:
            return (self.w - batch[0]).square().mean()

    trainer = lightning.Trainer(
        max_epochs=1,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        accumulate_grad_batches=batches,
    )
    module = Module()
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.zeros(8)), batch_size=1)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        trainer.fit(module, loader)
    assert module.optimizer.counts.steps == 8 // batches
    assert sum("drops gradients" in str(one.message) for one in said) == (batches > 1)


def test_a_step_through_a_wrapper_says_nothing(accelerator: Callable[[], Any]) -> None:
    w = parameter(1.0)
    wrapper = accelerator().prepare(SAM_SPS([w]))

    def closure() -> Tensor:
        loss = w.square().sum()
        loss.backward()
        return loss

    with no_warning():
        for _ in range(3):
            wrapper.zero_grad()
            wrapper.step(closure)
