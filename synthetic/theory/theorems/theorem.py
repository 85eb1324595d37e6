"""What a theorem consists of, as data for a reader."""

from __future__ import annotations

from dataclasses import dataclass

PAPER = "Oikonomou, Loizou, arXiv 2606.01827"
PUBLISHED = "published"
DERIVED = "derived, same form"
TIGHTER = "derived here, tighter"


@dataclass(frozen=True)
class Theorem:
    """One theorem.

    Attributes
    ----------
    key, name, setting : short identifier, title, and where it applies, in words.
    bounds : the array of a `Track` that it bounds: "distance_sq" or "gap_of_average" (in expectation over the
        trials where the setting is stochastic), or "grad_norm" (a limit without a rate). "numerator" is N of
        a single step.
    statement : LaTeX. assumptions, proof : sentences with LaTeX between dollar signs; a step of the proof
        each.
    meaning : what it says, in plain words.
    source : where it is published. constant : whether its constant is the published one.
    """

    key: str
    name: str
    setting: str
    bounds: str
    statement: str
    assumptions: tuple[str, ...]
    meaning: str
    proof: tuple[str, ...]
    source: str
    constant: str
