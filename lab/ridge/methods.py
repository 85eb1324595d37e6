"""From the screen's values to the methods of a comparison: one builder for each key of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.params import Value, real
from lab.params.ridge import METHODS
from synthetic import (
    Method,
    PolyakStep,
    Problem,
    Schedule,
    adasam,
    af22_constant,
    af22_decreasing,
    khanh24,
    lightsam_1,
    lightsam_2,
    lightsam_3,
    sa_sam,
    sam,
    sgd,
    sps_max,
    unified_deterministic,
    unified_sam,
    unified_stochastic,
    usam,
)

F_STAR: dict[str, float | str] = {"0": 0.0, "batch": "batch_minimum", "min": "minimum"}
NEEDS_MU = {"af22": "decreasing steps", "unified": "steps"}  # on mini-batches, where they divide by mu


@dataclass(frozen=True)
class Reader:
    """The screen's values as the builders ask for them, on one problem."""

    problem: Problem
    values: Mapping[str, Value]

    def length(self, key: str) -> float:
        """A number as it stands."""
        return real(self.values, key)

    def scaled(self, key: str) -> float:
        """A number in the unit chosen: 1/L or 1."""
        number = real(self.values, key)
        return number / self.problem.L if self.values["unit"] == "L" and self.problem.L > 0 else number

    def scheduled(self, value: float, key: str) -> float | Schedule:
        """The value, constant or with the shape chosen."""
        shape = str(self.values[key])
        return value if shape == "constant" else Schedule(value, shape)

    @property
    def f_star(self) -> float | str:
        """ℓ*."""
        return F_STAR[str(self.values["f_star"])]

    @property
    def full_batch(self) -> bool:
        """Whether every step sees all rows once."""
        return self.values["m"] == 0

    def polyak(self, family: str, rho: float | Schedule, lambd: float) -> PolyakStep:
        """A Polyak method with the ℓ* and γ_b that all of them share."""
        kind = "PS" if self.full_batch else "SPS"  # the S of SPS: stochastic
        key, name = f"{family}_{kind}".lower(), f"{family}-{kind}"
        if family == "mix":
            key, name = "mix", f"{kind}, λ = {lambd:g}"
        return PolyakStep(key, name, rho, lambd, self.f_star, self.length("gamma_b"))


def _sgd(reader: Reader) -> Method:
    method = sgd(reader.scaled("sgd_gamma"))
    return type(method)("sgd", "Gradient descent", method.gamma) if reader.full_batch else method


def _unified_sam(reader: Reader) -> Method:
    lambd = reader.scheduled(reader.length("uni_lambd"), "uni_shape")
    if isinstance(lambd, Schedule):
        lambd = Schedule(1.0, lambd.shape)
    return unified_sam(reader.scaled("uni_gamma"), reader.scaled("uni_rho"), lambd)


BUILDERS: dict[str, Callable[[Reader], Method]] = {
    "usam_ps": lambda r: r.polyak("USAM", r.scheduled(r.scaled("rho"), "rho_shape"), 0.0),
    "sam_ps": lambda r: r.polyak("SAM", r.length("sam_ps_rho"), 1.0),
    "mix": lambda r: r.polyak("mix", r.scaled("mix_rho"), r.length("lambd")),
    "sps_max": lambda r: sps_max(r.length("gamma_b"), r.f_star),
    "usam": lambda r: usam(r.scaled("usam_gamma"), r.scaled("usam_rho")),
    "sam": lambda r: sam(r.scaled("sam_gamma"), r.length("sam_rho")),
    "unified_sam": _unified_sam,
    "sgd": _sgd,
    "af22": lambda r: af22_constant(r.problem) if r.full_batch else af22_decreasing(r.problem),
    "khanh24": lambda r: khanh24(r.problem),
    "unified": lambda r: (unified_deterministic if r.full_batch else unified_stochastic)(r.problem),
    "adasam": lambda r: adasam(r.length("adasam_gamma"), r.length("adasam_rho")),
    "lightsam_1": lambda r: lightsam_1(r.length("ls1_gamma"), r.length("ls1_rho")),
    "lightsam_2": lambda r: lightsam_2(r.length("ls2_gamma"), r.length("ls2_rho")),
    "lightsam_3": lambda r: lightsam_3(r.length("ls3_gamma"), r.length("ls3_rho")),
    "sa_sam": lambda r: sa_sam(r.length("sa_eta0")),
}


def build(problem: Problem, values: Mapping[str, Value]) -> tuple[list[Method], list[str]]:
    """The chosen methods in the table's order, and a notice for each that this problem has no use for."""
    reader, methods, notices = Reader(problem, values), [], []
    chosen = values["methods"] if isinstance(values["methods"], tuple) else ()
    for key in chosen:
        if problem.mu == 0 and not reader.full_batch and key in NEEDS_MU:
            notices.append(
                f"{METHODS[key]} is left out: on mini-batches its {NEEDS_MU[key]} divide by μ, which is 0."
            )
        else:
            methods.append(BUILDERS[key](reader))
    return methods, notices
