"""Saving, loading and copying the optimizer: everything that is kept stands in the parameter groups."""

from __future__ import annotations

from numbers import Real
from typing import Any

from torch import Tensor
from torch.optim import Optimizer

from sam_sps.hyperparameters import CARRIED, RANGES, check_groups, checked_carried, checked_values

#: Settings of the whole optimizer: given to the constructor, copied and pickled, not part of state_dict.
SETTINGS = ("error_if_nonfinite", "process_group", "capturable", "proximal", "online_lower_bound")


def plain(value: Any) -> Any:
    """Return a tensor as a number or a tuple of numbers, a number of another library as Python's own."""
    if isinstance(value, Real) and type(value) not in (bool, int, float):
        return float(value)
    if not isinstance(value, Tensor):
        return value
    numbers = value.tolist()
    return tuple(numbers) if isinstance(numbers, list) else numbers


class SavingOptimizer(Optimizer):
    """What a subclass must offer: `_require_at_x(action)` and `_forget()`, which drops what is not saved."""

    proximal: bool

    def _require_at_x(self, action: str) -> None:
        raise NotImplementedError

    def _forget(self) -> None:
        raise NotImplementedError

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

        Raises
        ------
        RuntimeError
            Between `first_step` and `second_step`.
        ValueError
            If a value is out of range or the groups do not match; nothing is loaded then.
        """
        self._require_at_x("load_state_dict")
        groups: list[dict[str, Any]] = []
        for own, loaded in zip(self.param_groups, state_dict["param_groups"], strict=False):
            merged = {**{name: plain(own[name]) for name in (*RANGES, *CARRIED)}, **loaded}
            groups.append({**merged, **checked_values(merged), **checked_carried(merged)})
        check_groups(groups, self.proximal)
        groups += state_dict["param_groups"][len(groups) :]
        super().load_state_dict({**state_dict, "param_groups": groups})

    def __getstate__(self) -> dict[str, Any]:
        self._require_at_x("copying or pickling")
        return {**super().__getstate__(), **{name: getattr(self, name) for name in SETTINGS}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._forget()
