"""When not to use the method: sentences whose numbers are read from what ships with the app."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

from lab.robustness.compute import compute
from lab.robustness.presets import PRESETS
from lab.robustness.reference import rows_of
from lab.robustness.shipped import file_of, read
from lab.robustness.tuning import lost_by_tuning_once
from neural.sweep_runs import runs_of
from neural.sweep_table import Row

PRESET_ENDS = Path(__file__).parents[2] / "assets" / "examples" / "presets.json"


@dataclass(frozen=True)
class Advice:
    """A case, what was measured there, and from which file under assets/examples its numbers come."""

    case: str
    measured: str
    source: str


@cache
def advice() -> tuple[Advice, ...]:
    """The cases, the plainest first."""
    return (_fitted(), _large(), _noise(), _cap(), _without_batch_norm(), _tuning(), _gradients(), _for_it())


def _fitted() -> Advice:
    shares = ", ".join(
        f"{_share(_at('digits', 'sam_sps', rho), 'clamped')} at ρ = {rho:g}" for rho in (0.05, 0.2, 0.5)
    )
    ours, other = (_mean(_at("digits", key, 0.5)) for key in ("sam_sps", "sam_cosine"))
    return Advice(
        "Data that the network can fit, with λ = 1.",
        f"e stays ρ away from x however small the loss is; N falls below 0 and γ_t is 0. On the digits "
        f"the share of steps in which SAM-SPS stood still was {shares}. At ρ = 0.5 it reached {ours}, SAM with a "
        f"cosine schedule {other}. USAM-SPS, λ = 0, reached {_mean(_at('digits', 'usam_sps', 0.5))}.",
        "sweeps/digits.json",
    )


def _large() -> Advice:
    row = _at("digits", "sam_sps", 1.0)
    ends = ", ".join(f"{100 * end:.1f}" for end in _ends("sam_sps", 1.0))
    return Advice(
        "A radius that nobody has tried.",
        f"At ρ = 1 the digits' three seeds of SAM-SPS ended at {ends}%: mean {_mean(row)}, with "
        f"{_share(row, 'capped')} of the steps at the cap. USAM-SPS: {_mean(_at('digits', 'usam_sps', 1.0))} "
        f"at ρ = 1, but {_mean(_at('digits', 'usam_sps', 2.0))} at ρ = 2; USAM at the constant rate 0.1 reached "
        f"{_mean(_at('digits', 'usam_constant', 2.0))}.",
        "sweeps/digits.json",
    )


def _ends(method: str, rho: float) -> list[float]:
    sweep, results = read(file_of("digits").read_text(encoding="utf-8"))
    here = [run for run in runs_of(sweep) if run.method.method == method and dict(run.point)["rho"] == rho]
    return [results[run.name].test_accuracy or 0.0 for run in here]


def _noise() -> Advice:
    sam, cosine, usam, other = (
        _mean(_at("digits_noise", key, 0.05)) for key in ("sam_sps", "sam_cosine", "usam_sps", "usam_cosine")
    )
    return Advice(
        "Labels that are partly wrong, with ℓ* = 0.",
        f"A loss of 0 would have the wrong labels learnt by heart: the ratio stays large, and nothing anneals "
        f"it. With 30% wrong labels at ρ = 0.05: SAM-SPS {sam}, SAM with a cosine schedule {cosine}; USAM-SPS "
        f"{usam}, USAM with one {other}.",
        "sweeps/digits_noise.json",
    )


def _cap() -> Advice:
    one, ten = _preset("Cap too high")
    return Advice(
        "Where nobody can say which cap fits.",
        f"The cap γ_b is a hidden rate. The 1-D CNN on MNIST-1D reached {one} under γ_b = 1 and {ten} under "
        "γ_b = 10.",
        "presets.json",
    )


def _without_batch_norm() -> Advice:
    sam, usam = _preset("Without BatchNorm")
    with_it, usam_with_it = _preset("ρ too large")
    return Advice(
        "A network without BatchNorm, before λ is settled.",
        f"LeNet on the digits at ρ = 0.1: λ = 1 reached {sam}, λ = 0 {usam}. With BatchNorm it was λ = 0 that "
        f"bore the larger radius: at ρ = 1 a small CNN reached {usam_with_it}, and {with_it} with λ = 1.",
        "presets.json",
    )


def _tuning() -> Advice:
    lost = lost_by_tuning_once(compute(PRESETS["mlp_all"].config, _Nobody()))
    said = "; ".join(f"{method.label}: {100 * points:.1f}" for method, points in lost.items())
    return Advice(
        "To save the tuning, if a rate can be tuned once.",
        "A rate tuned at the smallest radius and kept at all others cost the baselines of the MLP at most, in "
        f"points of accuracy: {said}. Where that is little, tuning is paid once; counting it at every ρ overstates it.",
        "sweeps/mlp_all.json",
    )


def _gradients() -> Advice:
    ours, sgd = _preset("Half the gradients")
    return Advice(
        "Where gradients are what is scarce.",
        f"A step computes two. On the 1-D CNN SAM-SPS reached {ours}, SGD with momentum and a cosine schedule "
        f"{sgd}, with half the gradients.",
        "presets.json",
    )


def _for_it() -> Advice:
    ours, usam = (_mean(_at("mlp_all", key, 0.4)) for key in ("sam_sps", "usam_sps"))
    others = [row for row in rows_of("mlp_all") if row["rho"] == 0.4 and row["tuned"]]
    best = max(others, key=lambda row: row["test_accuracy"])
    return Advice(
        "And when to.",
        f"A radius above the usual, no rate at hand, and data that the network does not fit to the end: the MLP on MNIST-1D at "
        f"ρ = 0.4, SAM-SPS {ours}, USAM-SPS {usam}, the best of its {len(others)} tuned baselines ({best['label']}) {_mean(best)}.",
        "sweeps/mlp_all.json",
    )


class _Nobody:
    """In the place of the engine, which what ships with the app does not need."""

    workers = 1

    def progress(self, sweep: object) -> Any:
        raise LookupError(sweep)

    def results(self, sweep: object) -> Any:
        raise LookupError(sweep)


def _at(key: str, method: str, rho: float) -> Row:
    """The row of a method without momentum."""
    return next(row for row in rows_of(key) if (row["method"], row["rho"]) == (method, rho))


def _mean(row: Row) -> str:
    return f"{100 * row['test_accuracy']:.1f} ± {100 * row['test_accuracy_std']:.1f}%"


def _share(row: Row, what: str) -> str:
    return f"{row[what]:.0%}"


def _preset(name: str) -> list[str]:
    """Where the first two lanes of a ready comparison of the CNN lab ended: mean, lowest and highest."""
    lanes = json.loads(PRESET_ENDS.read_text(encoding="utf-8"))[name]
    return [
        f"{100 * fmean(ends):.1f}% ({100 * min(ends):.1f} to {100 * max(ends):.1f})" for ends in lanes[:2]
    ]
