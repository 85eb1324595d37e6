"""DoG, from its authors' package dog-optimizer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import dog
import torch
from torch import Tensor, nn
from torch.nn import Parameter

from neural.baseline import Baseline, kept

FIRST = 1e-4
"""First distance over 1 + ‖x⁰‖ as the authors suggest for networks with BatchNorm; 1e-6 for others."""


class DoG(Baseline, dog.DoG):
    """SGD at the rate max ‖xⁱ − x⁰‖ / √(Σ ‖∇f_S(xⁱ)‖²), both over all steps so far (arXiv 2302.12022).

    What is tested is the polynomial-decay average of the iterates: its authors advise against going without.

    Parameters
    ----------
    params : iterable of Parameter
    lr : float
        Factor of the rate found, in (0, inf); its authors leave it at 1.
    weight_decay : float
        Added to the gradient, times x, in [0, inf).

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.
    """

    def __init__(self, params: Iterable[Parameter], lr: float = 1.0, weight_decay: float = 5e-4) -> None:
        params = list(params)
        # As values of the group: given as an argument, the package warns of an lr that is not 1.
        group = {"params": params, "lr": lr, "weight_decay": weight_decay}
        dog.DoG.__init__(self, [group], reps_rel=FIRST)
        self._averager = dog.PolynomialDecayAverager(nn.ParameterList(params))

    def _update(self, grad_norm: Tensor) -> None:
        dog.DoG.step(self)
        self._averager.step()

    def _step_size(self) -> Tensor:
        return self.param_groups[0]["eta"][0]

    @contextmanager
    def answering(self) -> Iterator[None]:
        """The parameters are the average; afterwards bit for bit what they were."""
        with kept(self) as params:
            torch._foreach_copy_(params, list(self._averager.averaged_model.parameters()))
            yield

    def state_dict(self) -> dict[str, Any]:
        """What the package saves, and the average."""
        return super().state_dict() | {"average": self._averager.state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Inverse of `state_dict`."""
        super().load_state_dict(state_dict)
        self._averager.load_state_dict(state_dict["average"])
        for group in self.param_groups:  # the package leaves some of it on the CPU
            device = group["params"][0].device
            for name in ("rbar", "G", "eta"):
                if name in group:
                    found = group[name]
                    moved = [one.to(device) for one in found] if isinstance(found, list) else found.to(device)
                    group[name] = moved
