"""What a loss multiplied by a constant asks of the settings, as docs/optimizer.md says."""

from __future__ import annotations

import pytest
import torch

from sam_sps import SAM_SPS

C = 10.0  # factor of the loss
BEFORE = {"gamma_b": 5.0, "f_star": 0.02, "weight_decay": 1e-3}
AFTER = {"gamma_b": 5.0 / C, "f_star": 0.02 * C, "weight_decay": 1e-3 * C}
RHO = 0.1


def trained(factor: float, **settings: float) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(40, 6, generator=generator, dtype=torch.float64)
    labels = inputs[:, :3].argmax(1)
    weights = torch.nn.Parameter(torch.randn(6, 3, generator=generator, dtype=torch.float64))
    optimizer = SAM_SPS([weights], **settings)

    def closure() -> torch.Tensor:
        loss = factor * torch.nn.functional.cross_entropy(inputs @ weights, labels)
        loss.backward()
        return loss

    for _ in range(20):
        optimizer.step(closure)
    assert 0 < optimizer.counts.capped < 20, "both branches of the rule are seen"
    return weights.detach()


def difference(lambd: float, after: dict[str, float]) -> float:
    before = trained(1.0, rho=RHO, lambd=lambd, **BEFORE)
    return float((trained(C, **after) - before).abs().max())


@pytest.mark.parametrize(("lambd", "rho"), [(1.0, RHO), (0.0, RHO / C)])
def test_at_both_ends_the_same_weights(lambd: float, rho: float) -> None:
    assert difference(lambd, {"rho": rho, "lambd": lambd, **AFTER}) < 1e-6


@pytest.mark.parametrize("lambd", [0.0, 0.3, 0.7, 1.0])
def test_rho_and_lambda_together_give_the_same_weights(lambd: float) -> None:
    rho = RHO * (lambd + (1 - lambd) / C)
    assert difference(lambd, {"rho": rho, "lambd": lambd * RHO / rho, **AFTER}) < 1e-6


@pytest.mark.parametrize("rho", [RHO, RHO / C, RHO * (0.5 + 0.5 / C)])
def test_between_no_rho_alone_does_it(rho: float) -> None:
    assert difference(0.5, {"rho": rho, "lambd": 0.5, **AFTER}) > 1e-3


@pytest.mark.parametrize("left", sorted(BEFORE))
def test_each_of_the_others_is_needed(left: str) -> None:
    assert difference(1.0, {"rho": RHO, "lambd": 1.0, **AFTER, left: BEFORE[left]}) > 1e-3
