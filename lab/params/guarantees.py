"""The guarantees that the Theory page can check: theorem, label, and the setting that each speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from synthetic.theory.theorems import (
    C3_6,
    C3_6_CONVEX,
    LEAST_SQUARES,
    RATE,
    T3_1,
    T3_2,
    T3_4,
    T3_5,
    T3_8,
    TIGHTER,
    Theorem,
)


@dataclass(frozen=True)
class Guarantee:
    """A theorem, and what it is checked on.

    Attributes
    ----------
    theorem : the statement; its key is that of its bound in `synthetic.BOUNDS`.
    short : what the selector says, where it is not the theorem's key and setting.
    stochastic : whether it is about mini-batches and an expectation.
    noisy, convex : the problems that fit it: whether labels are noisy, and whether there are flat directions.
    vanishing : whether the radius goes to 0. constant : whether the step size is a constant.
    """

    theorem: Theorem
    short: str = ""
    stochastic: bool = False
    noisy: bool = False
    convex: bool = False
    vanishing: bool = False
    constant: bool = False

    @property
    def label(self) -> str:
        """What the selector says."""
        return self.short or f"{self.theorem.key}: {self.theorem.setting}"

    @property
    def tighter(self) -> Theorem | None:
        """The same with a smaller constant, derived here, where there is one."""
        return TIGHTER.get(self.theorem.key)

    @property
    def method_rows(self) -> tuple[str, ...]:
        """Keys of the page's rows that the method uses."""
        rate = ("gamma_L",) if self.constant else ()
        bounds = ("bounds",) if self.tighter else ()
        return (*bounds, "rho_L", "lambd", *rate, *(("m", "gamma_b_L") if self.stochastic else ()))

    @property
    def problem_rows(self) -> tuple[str, ...]:
        """Keys of the page's rows that the problems and the measurement use."""
        labels, trials = (("labels",), ("trials",)) if self.stochastic else ((), ())
        return ("kappa", "family", *labels, "problems", *trials, "iterations", "seed")


GUARANTEES = {
    "T3.1": Guarantee(T3_1),
    "T3.2": Guarantee(T3_2, convex=True),
    "T3.4": Guarantee(T3_4, "T3.4: radius going to 0", convex=True, vanishing=True),
    "T3.5": Guarantee(T3_5, stochastic=True, noisy=True),
    "T3.8": Guarantee(T3_8, stochastic=True, noisy=True),
    "C3.6": Guarantee(C3_6, "C3.6: interpolated, strongly convex", stochastic=True),
    "C3.6c": Guarantee(C3_6_CONVEX, "C3.6: interpolated, convex", stochastic=True, convex=True),
    "LS": Guarantee(LEAST_SQUARES, LEAST_SQUARES.name),
    "rate": Guarantee(RATE, RATE.name, constant=True),
}
