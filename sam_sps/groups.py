"""Parameter groups: hyperparameters are set there, and everything that is carried and saved stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from sam_sps.advice import Advice
from sam_sps.agreement import Agreement
from sam_sps.distributed import checked_process_group
from sam_sps.hyperparameters import (
    CARRIED,
    RANGES,
    check_groups,
    checked_carried,
    checked_sam_every,
    checked_values,
)
from sam_sps.options import DEFAULTS, SWITCHES
from sam_sps.parts import Ascent
from sam_sps.step_info import StepCounts

#: Settings of the whole optimizer: given to the constructor, copied and pickled, not part of state_dict.
SETTINGS = ("error_if_nonfinite", "process_group", "capturable", *SWITCHES, "sam_every", "also_zero")


def plain(value: Any) -> Any:
    """Return a tensor as a number or a tuple of numbers, a number of another library as Python's own."""
    if isinstance(value, Real) and type(value) not in (bool, int, float):
        return float(value)
    if not isinstance(value, Tensor):
        return value
    numbers = value.tolist()
    return tuple(numbers) if isinstance(numbers, list) else numbers


class GroupOptimizer(Optimizer):
    """An optimizer without its steps."""

    error_if_nonfinite: bool
    process_group: Any
    also_zero: tuple[Any, ...] = ()
    capturable: bool
    proximal: bool
    online_lower_bound: bool
    clipped: bool
    sam_every: int | None

    def __init__(
        self,
        params: Iterable[Any],
        values: dict[str, Any],
        options: Mapping[str, Any],
        process_group: Any,
        also_zero: Iterable[Any],
        **switches: bool,
    ) -> None:
        if options.get("lr") is not None:
            raise ValueError(
                f"lr must be None, got {options['lr']!r}: SAM_SPS computes its step size; "
                "to bound it set gamma_b"
            )
        options = {name: value for name, value in options.items() if name != "lr"}
        if unknown := options.keys() - DEFAULTS.keys():
            raise TypeError(f"SAM_SPS got an unexpected keyword argument {min(unknown)!r}")
        settings: dict[str, Any] = {**DEFAULTS, **options, **values}
        checked = checked_values(settings)
        switches |= {name: settings[name] for name in SWITCHES}
        for name, value in switches.items():
            if not isinstance(value, bool):
                raise ValueError(f"{name} must be True or False, got {value!r}")
        if switches["capturable"] and switches["error_if_nonfinite"]:
            raise ValueError("error_if_nonfinite must be False with capturable=True: raising needs the host")
        every = checked_sam_every(settings["sam_every"])
        if switches["capturable"] and every is not None:
            raise ValueError(
                f"sam_every must be None with capturable=True: counting needs the host, got {every}"
            )
        others = tuple(also_zero) if isinstance(also_zero, Iterable) else (None,)
        if not all(callable(getattr(other, "zero_grad", None)) for other in others):
            raise ValueError(f"also_zero must be a list of optimizers or modules, got {also_zero!r}")
        group = checked_process_group(process_group)
        self.__dict__.update(switches, process_group=group, sam_every=every, also_zero=others)
        self._forget()
        # What is carried stands in every group, so that whatever stores groups stores it; the first is read.
        carried = {name: initial for name, (initial, _) in CARRIED.items()}
        super().__init__(params, {"lr": checked["gamma_b"], **checked, **carried})

    def __setattr__(self, name: str, value: Any) -> None:
        if name in RANGES:  # with the official package that is how it is done; here it would do nothing
            raise AttributeError(
                f"{name} is set in the parameter groups: "
                f"for group in optimizer.param_groups: group[{name!r}] = {value!r}"
            )
        super().__setattr__(name, value)

    def scalar_device(self, device: torch.device) -> torch.device | None:
        """Return where scalars live for parameters there; None (the host) if reading them costs nothing."""
        return None if device.type == "cpu" and not self.capturable else device

    def _forget(self) -> None:
        """Drop what is neither in the groups nor a setting."""
        self._ascent: Ascent | None = None
        self._kept: dict[int, tuple[Tensor, Tensor]] = {}  # other tensors, as they were before the step
        self._outcome: Any = None
        self._advice = Advice()
        self._agreement = Agreement()

    @property
    def is_perturbed(self) -> bool:
        """Whether the parameters hold e: from `first_step` to `second_step`, in the second pass of `step`."""
        return self._ascent is not None

    @property
    def needs_second_pass(self) -> bool:
        """Whether `second_step` needs gradients at e; False in a step of one pass (`sam_every`)."""
        return self._ascent is not None and self._ascent.evaluations == 2

    def _check(self, groups: list[dict[str, Any]]) -> None:
        check_groups(groups, self.proximal, self.clipped)

    def _require_at_x(self, action: str) -> None:
        if self.is_perturbed:
            raise RuntimeError(
                f"{action} between first_step() and second_step(): the parameters hold e, not x"
            )

    @property
    def counts(self) -> StepCounts:
        """Steps taken, capped, clamped, skipped, floored, and their gradient evaluations."""
        return StepCounts(*plain(self.param_groups[0]["counts"]))

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group; values it does not name are the defaults of the optimizer.

        `f_star`, which must be the same in all groups, is that of the first one if it is not named. Raises a
        ValueError if a hyperparameter is out of range, `f_star` differs from that of the other groups, or a
        parameter is named twice.
        """
        self._require_at_x("add_param_group")
        first = (self.param_groups or [self.defaults])[0]
        values = checked_values({**self.defaults, "f_star": first["f_star"], **param_group})
        self._check([*self.param_groups, {**values}])
        super().add_param_group({"lr": values["gamma_b"], **param_group, **values})
        params = self.param_groups[-1]["params"]
        if len(set(params)) != len(params):
            self.param_groups.pop()
            raise ValueError(
                "params must not name a parameter twice in one group, it would be perturbed twice"
            )
        for param in params:
            self.state[param] = {}  # torch.distributed.checkpoint would step an optimizer without state
        self._advice.note_new_group(values["gamma_b"])

    def _is_left_out(self, loss: Any) -> bool:
        """Whether a closure leaves its batch out: it returned None and has not called backward()."""
        if loss is not None:
            return False
        if any(param.grad is not None for group in self.param_groups for param in group["params"]):
            raise ValueError(
                "loss must be one real number, the closure returned None after backward(); to leave a batch "
                "out it returns None before backward()"
            )
        return True

    def _drop_gradients(self) -> None:
        """What zero_grad() does, without its bookkeeping, and what the others' does."""
        if not self.is_perturbed and not self.capturable:
            self._advice.on_gradients()
        for other in self.also_zero:
            other.zero_grad()
        for group in self.param_groups:
            for param in group["params"]:
                param.grad = None

    def state_dict(self) -> dict[str, Any]:
        """Return the state, of plain numbers alone. Refused between the two steps (RuntimeError)."""
        self._require_at_x("state_dict")
        known = {param for group in self.param_groups for param in group["params"]}
        for param in self.state.keys() - known:  # of groups that were removed
            del self.state[param]
        state = super().state_dict()
        for group in state["param_groups"]:
            group.update({name: plain(group[name]) for name in ("lr", *RANGES, *CARRIED)})
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load a state. What it lacks (one of the official package lacks much) keeps its value.

        Raises a RuntimeError between `first_step` and `second_step`, a ValueError if a value is out of range
        or the groups do not match; nothing is loaded then.
        """
        self._require_at_x("load_state_dict")
        groups: list[dict[str, Any]] = []
        for own, loaded in zip(self.param_groups, state_dict["param_groups"], strict=False):
            merged = {**{name: plain(own[name]) for name in (*RANGES, *CARRIED)}, **loaded}
            groups.append({**merged, **checked_values(merged), **checked_carried(merged)})
        self._check(groups)
        groups += state_dict["param_groups"][len(groups) :]
        super().load_state_dict({**state_dict, "param_groups": groups})

    def __getstate__(self) -> dict[str, Any]:
        self._require_at_x("copying or pickling")
        return {**super().__getstate__(), **{name: getattr(self, name) for name in SETTINGS}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._forget()
        self._advice.note_lrs(self.param_groups)
