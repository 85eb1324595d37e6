"""The comparison as a script of its own, in plain NumPy."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

from lab.export.about import heading
from lab.export.code import Script, call, definitions, literal, names_in
from lab.params import RidgeConfig
from lab.params.ridge_methods import METHODS
from lab.ridge import methods
from lab.ridge.numbers import file_name_of
from lab.ridge.problem import fit, problem_of, recipe_of, simulation_of
from lab.uploads import store
from synthetic import Method, Problem, Schedule, SimulationConfig
from synthetic.adaptive import SASAM, AdaSAM, LightSAM1, LightSAM2, LightSAM3
from synthetic.baselines import AF22Decreasing
from synthetic.methods import ConstantStep, PolyakStep

SOURCE = "ridge"
MAKERS: dict[type[Method], str] = {
    PolyakStep: "polyak",
    ConstantStep: "constant",
    AdaSAM: "adasam",
    LightSAM1: "lightsam_1",
    LightSAM2: "lightsam_2",
    LightSAM3: "lightsam_3",
    SASAM: "sa_sam",
}
SHAPES = {
    "inverse": "1.0 / (t + 1.0)",
    "one_minus_inverse": "1.0 - 1.0 / (t + 1.0)",
    "inverse_sqrt": "1.0 / np.sqrt(t + 1.0)",
}
EXACT = """Problem, start and mini-batches are those of the app, bit for bit, with these versions on the
same kind of processor. On the full batch of a ridge regression so is every number, except of
AdaSAM, LightSAM-II and -III and SA-SAM. Everywhere else sums are added up in another order,
and a step differs by rounding, some 1e-16: curves agree to about 1e-12, or in their course
only where a method amplifies rounding (SA-SAM; Polyak steps on the full batch of the logistic
problem after some 20 iterations)."""
ONE_THREAD = """import os

for name in ("OPENBLAS", "MKL", "OMP"):
    os.environ[f"{name}_NUM_THREADS"] = "1"  # as in the app: threads add up in another order

"""


def script(config: RidgeConfig) -> Script:
    """The comparison of a configuration, without bounds and map."""
    asked, (config, _) = config, fit(config)
    problem = problem_of(recipe_of(config))
    simulation = simulation_of(config, problem)
    chosen = _chosen(config, problem, simulation)
    return Script(
        file_name_of(config),
        heading(asked, "A comparison of methods on one problem, in plain NumPy.", EXACT, _needs(config)),
        ONE_THREAD + definitions(SOURCE, names_in(chosen + END)),
        chosen,
        END,
    )


END = """
if len(sys.argv) > 1:  # python FILE.py numbers.csv
    write(table, sys.argv[1])
"""


def _needs(config: RidgeConfig) -> tuple[str, ...]:
    return ("numpy", "scikit-learn") if config.problem == "logistic" else ("numpy",)


def _chosen(config: RidgeConfig, problem: Problem, simulation: SimulationConfig) -> str:
    built, _ = methods.build(problem, config)
    lines = [
        *_problem(config),
        f"x0 = np.random.default_rng([{literal(config.seed)}, 1]).standard_normal(f.d)",
        f"steps = {literal(config.iterations)}",
        f"record = {'range(steps + 1)' if simulation.record == 'all' else 'log_spaced(steps)'}",
        *_views(config, built),
        "methods = {",
        *(
            f"    {literal(one.name)}: (*{_view(config, one)}, lambda: {_made(config, problem, one)}),"
            for one in built
        ),
        "}",
        f"table = compare(f, methods, steps, record, trials={literal(config.trials)})",
    ]
    return "\n".join(lines)


def _problem(config: RidgeConfig) -> list[str]:
    if config.problem == "own":
        return [_own(config), f"f = Ridge(A, b, reg={literal(config.reg)})"]
    if config.problem == "logistic":
        return [f"f = breast_cancer(reg={literal(config.reg)})"]
    own = ("n", "d", "seed", "interpolated", "noise")
    values = {key: literal(getattr(config, key)) for key in own}
    if config.design == "conditioned":
        asked = ("n", "d", "kappa", *(("reg",) if config.kappa_of == "H" else ()))
        spread = call(
            f"condition_of_{config.kappa_of}", {key: literal(getattr(config, key)) for key in asked}
        )
        values["singular_values"] = spread
    return [f"A, b = {call(config.design, values)}", f"f = Ridge(A, b, reg={literal(config.reg)})"]


def _own(config: RidgeConfig) -> str:
    """The line that loads a visitor's A and b, if the file is the same."""
    found = store.find("ridge", config.data)
    about = found.about if found else {}
    values = {"path": literal(f"data.{about.get('form')}"), "sha256": literal(config.data)}
    if about.get("form") == "csv":
        values |= {"skip": literal(about["skip"]), "label": literal(about["label"])}
    elif about.get("form") != "npz":
        raise ValueError("A script reads your data from NPZ or CSV: bring them as one of these.")
    return f"A, b = {call('own_' + about['form'], values)}  # your file"


def _views(config: RidgeConfig, built: list[Method]) -> list[str]:
    """Start, batches and gap, in the coordinates in which the app iterates."""
    if config.m or config.problem == "logistic":
        gap = "gap_of_loss(f)" if config.problem == "logistic" else "gap_of_ridge(f, x0)"
        return [f"sampled = (x0, {_batches(config)}, {gap})"]
    views = {"turned": "Diagonal", "straight": "Quadratic"}
    return [
        f"{name} = ({view}.start(f, x0), partial(full_batch, {view}), gap_of_view(f, {view}))"
        for name, view in views.items()
        if any(_view(config, one) == name for one in built)
    ]


def _batches(config: RidgeConfig) -> str:
    if not config.m:
        return "all_rows"
    kind = "with_replacement" if config.replacement else "without_replacement"
    return f"partial({kind}, {literal(config.m)}, {literal(config.seed)})"


def _view(config: RidgeConfig, method: Method) -> str:
    if config.m or config.problem == "logistic":
        return "sampled"
    return "turned" if method.rotates else "straight"


def _made(config: RidgeConfig, problem: Problem, method: Method) -> str:
    """The call that makes the method."""
    if isinstance(method, AF22Decreasing):
        gamma = "af22_step(f.mu, f.L_max, t)"
        return f"constant(gamma=lambda t: {gamma}, rho=lambda t: np.sqrt({gamma} / f.L_max))"
    known = {field.name for field in fields(Method)} | {"f_star", "safeguard", "L"}
    units = _units(config, problem, method)
    values = {
        field.name: _written(getattr(method, field.name), units)
        for field in fields(method)
        if field.name not in known
    }
    if isinstance(method, PolyakStep):
        values["f_star"] = _f_star(config, method)
        if math.isfinite(method.L):
            values["longer"] = "0.5 / f.L" if method.L == problem.L else "0.5 / f.L_max"
    return call(MAKERS[type(method)], values)


def _f_star(config: RidgeConfig, method: PolyakStep) -> str:
    """Where losses are counted from the minimum, the bound is too."""
    counted = not config.m and config.problem != "logistic"
    if method.f_star == "batch_minimum" and config.m:
        return "logistic_minimum" if config.problem == "logistic" else "ridge_minimum"
    if isinstance(method.f_star, str):
        return "0.0" if counted else "f.f_min"
    return f"{literal(float(method.f_star))} - f.f_min" if counted else literal(float(method.f_star))


def _units(config: RidgeConfig, problem: Problem, method: Method) -> dict[float, str]:
    """How numbers are written that were given in units of 1/L; by their values."""
    key = method.key.replace("_sps", "_ps")
    own: list[Any] = [getattr(config, name) for name in METHODS[key].rows]
    numbers = [one for one in (*own, 0.5) if isinstance(one, float) and one > 0]
    found = {2.0 / (9.0 * getattr(problem, L)): f"2.0 / (9.0 * f.{L})" for L in ("L_max", "L")}
    for L in ("L_max", "L"):
        found |= {number / getattr(problem, L): f"{literal(number)} / f.{L}" for number in numbers}
    return found


def _written(value: float | Schedule, units: dict[float, str]) -> str:
    if isinstance(value, Schedule):
        return f"lambda t: {_written(value.value, units)} * ({SHAPES[value.shape]})"
    return units.get(value, literal(float(value)))
