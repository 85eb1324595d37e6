"""Which guarantees apply to the methods of a comparison, and why the others do not: the text of the fold."""

from __future__ import annotations

from lab.ridge.guarantees import BOUNDED, Guarantees
from lab.ridge.result import RidgeResult
from synthetic import BOUNDS


def guarantees(result: RidgeResult) -> str:
    """For each method which theorems apply and why the others do not, then the statements that are drawn."""
    methods = [_of_method(found) for found in result.guarantees.values()]
    stated = [f"{name}\n\n$$\n{statement}\n$$" for name, statement in statements(result)]
    return "\n\n".join([*methods, *stated])


def _of_method(found: Guarantees) -> str:
    applies = [key for key in found.applying if key not in found.silent]
    verb = "applies" if len(applies) == 1 else "apply"
    said = f"{', '.join(applies)} {verb}." if applies else "none applies."
    line = f"**{found.track.method.name}**: {said}"
    stops = [f"- not {', '.join(keys)}: {text}" for text, keys in found.against.items()]
    return "\n".join([line, *stops])


def statements(result: RidgeResult) -> list[tuple[str, str]]:
    """Name and statement of every theorem that applies to a method and bounds what is held against it."""
    found = {}
    for of_method in result.guarantees.values():
        for key, bound in of_method.applying.items():
            theorem = bound.theorem
            if theorem.bounds == BOUNDED[result.config.held]:
                found[key] = (f"{key}: {theorem.name}, {theorem.constant}", theorem.statement)
    return [found[key] for key in BOUNDS if key in found]
