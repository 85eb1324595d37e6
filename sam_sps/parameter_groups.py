"""Which parameters are decayed and which are perturbed, in one line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from torch import nn

#: Kinds of parameters; one that belongs to a normalisation layer and is its bias is of both.
KINDS = ("bias", "norm")


def parameter_groups(
    model: nn.Module,
    *,
    no_decay: Collection[str] = KINDS,
    no_perturbation: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return parameter groups of a model in which some kinds have `weight_decay` 0, some `rho` 0.

    What a group does not name comes from the optimizer, so all values stand in one place ::

        SAM_SPS(parameter_groups(model, no_perturbation=["norm"]), rho=0.1, weight_decay=5e-4)

    Parameters
    ----------
    model : torch.nn.Module
        Its parameters, each once and the frozen ones too, in their order: those that are decayed and
        perturbed, then not decayed, not perturbed, neither. Groups without parameters are left out.
    no_decay, no_perturbation : collection of "bias" and "norm"
        "norm": parameters of a layer whose class has "Norm" in its name (BatchNorm, LayerNorm, RMSNorm, …).
        "bias": parameters with "bias" in their own name (`bias`, `bias_ih_l0`, `in_proj_bias`, …).

    Raises
    ------
    TypeError
        If `model` is not a module (parameters alone have no names), or a collection is a string.
    ValueError
        If a kind is unknown.

    Notes
    -----
    Parameters that are not perturbed still count in ‖∇f(x)‖, so with λ = 1 ‖e − x‖ is then less than ρ.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    left_out = {"weight_decay": no_decay, "rho": no_perturbation}
    for kinds in left_out.values():
        _check_kinds(kinds)
    groups: dict[tuple[bool, ...], dict[str, Any]] = {}
    for own_kinds, param in _with_kinds(model):
        is_out = tuple(bool(own_kinds & set(kinds)) for kinds in left_out.values())
        zeros = {name: 0.0 for name, out in zip(left_out, is_out, strict=True) if out}
        groups.setdefault(is_out, {"params": [], **zeros})["params"].append(param)
    order = [(False, False), (True, False), (False, True), (True, True)]
    return [groups[is_out] for is_out in order if is_out in groups]


def _check_kinds(kinds: Collection[str]) -> None:
    if isinstance(kinds, str):
        raise TypeError(f"kinds must be a list of names, got the string {kinds!r}")
    if unknown := set(kinds) - set(KINDS):
        raise ValueError(f"kinds must be among {', '.join(KINDS)}, got {', '.join(map(repr, unknown))}")


def _with_kinds(model: nn.Module) -> Iterator[tuple[set[str], nn.Parameter]]:
    """Yield every parameter with its kinds."""
    for name, param in model.named_parameters():
        # torch.nn.utils.parametrize keeps `weight` as `parametrizations.weight.original`.
        path, _, own = re.sub(r"parametrizations\.(\w+)\.original\d*$", r"\1", name).rpartition(".")
        kinds = {"bias"} if "bias" in own else set()
        if "Norm" in type(model.get_submodule(path)).__name__:
            kinds.add("norm")
        yield kinds, param
