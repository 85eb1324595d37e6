"""The methods that a lane can train with, described without importing torch (built in `neural.optimizers`).

Whatever speaks of a method derives from this one table: selector, legend, controls, words. Its look stands in
the theme under the same key.
"""

from __future__ import annotations

from dataclasses import dataclass

STEERABLE = ("rho", "lambd", "gamma_b", "weight_decay", "lr")
"""Hyperparameters that may change between two steps of a run (momentum may not: its buffer would mix two)."""


@dataclass(frozen=True)
class Method:
    """One optimization method.

    Attributes
    ----------
    key, label : str
        Name in a configuration, under which the theme has its look; name on screen and in legends.
    optimizer : str
        Key of its builder in `neural.optimizers.BUILDERS`.
    parameters : tuple of str
        The fields of a `LaneConfig` that it uses; the others are ignored.
    fixed : tuple of (str, float)
        Fields whose value the method itself sets, whatever the `LaneConfig` says.
    cosine : bool
        Whether the rate is annealed from `lr` to 0 along a half cosine over the run.
    passes : int
        Gradients that a step computes where ρ > 0; one where it is 0 (SA-SAM: every step but the first, which
        computes two).
    at_start : tuple of str
        Those of its parameters that have an effect in the first step only, and cannot change later.
    suggested : tuple of (str, float)
        Values to begin with where the defaults of `LaneConfig` do not fit the method. Nothing applies them by
        itself.
    note : str
        What a visitor who chooses it should know, as Markdown; empty for most.
    package : str
        The optional package that it comes from, by the name to install it by; empty for none.
    """

    key: str
    label: str
    optimizer: str
    parameters: tuple[str, ...]
    fixed: tuple[tuple[str, float], ...] = ()
    cosine: bool = False
    passes: int = 2
    at_start: tuple[str, ...] = ()
    suggested: tuple[tuple[str, float], ...] = ()
    note: str = ""
    package: str = ""

    @property
    def adaptive(self) -> bool:
        """Whether γ_t is the Polyak ratio under the cap γ_b (`POLYAK`)."""
        return self.optimizer == "sam_sps"

    @property
    def steerable(self) -> tuple[str, ...]:
        """The parameters of this method that may change while it trains."""
        return tuple(name for name in self.parameters if name in STEERABLE and name not in self.at_start)


POLYAK = (
    "\\gamma_t = \\min\\{\\,[\\,f_S(e) - \\ell^*_S - \\langle\\nabla f_S(e),\\, e - x\\rangle\\,]_+ "
    "\\,/\\, \\|\\nabla f_S(e)\\|^2,\\ \\gamma_b\\}"
)
"""The step size of the adaptive methods, in LaTeX; they differ in e."""
_RATE = ("lr", "weight_decay", "momentum")
_USAM = (("lambd", 0.0),)
_SAM = (("lambd", 1.0),)
_LIGHT = ("rho", "lr", "weight_decay")
_PEER = ("lr", "weight_decay")

METHODS: dict[str, Method] = {
    method.key: method
    for method in (
        Method("sam_sps", "SAM-SPS", "sam_sps", ("rho", "lambd", "gamma_b", "weight_decay")),
        Method("usam_sps", "USAM-SPS", "sam_sps", ("rho", "gamma_b", "weight_decay"), _USAM),
        Method(
            "sps_max",
            "SPS_max, c = 1",
            "sam_sps",
            ("gamma_b", "weight_decay"),
            (("rho", 0.0), ("lambd", 0.0)),
            passes=1,
            note="The Polyak step of SGD. Its authors divide by $c\\|\\nabla f_S(x)\\|^2$, with $c = 0.2$ "
            "for networks; here $c = 1$, as in SAM-SPS: the ratio is a fifth of theirs.",
        ),
        Method("sam_constant", "SAM, constant γ", "sam", ("rho", "lambd", *_RATE)),
        Method("sam_cosine", "SAM, cosine", "sam", ("rho", "lambd", *_RATE), cosine=True),
        Method("usam_constant", "USAM, constant γ", "sam", ("rho", *_RATE), _USAM),
        Method("usam_cosine", "USAM, cosine", "sam", ("rho", *_RATE), _USAM, cosine=True),
        Method("sgd_constant", "SGD, constant γ", "sgd", _RATE, passes=1),
        Method("sgd_cosine", "SGD, cosine", "sgd", _RATE, cosine=True, passes=1),
        Method(
            "adam",
            "Adam",
            "adam",
            ("lr", "weight_decay"),
            passes=1,
            suggested=(("lr", 1e-3),),
            note="Weight decay is decoupled, so above 0 this is AdamW: a step shrinks the weights by the "
            "rate times the decay, at a rate of 0.001 a hundred times less than SGD at 0.1.",
        ),
        Method("adasam", "AdaSAM", "adasam", _LIGHT, _SAM, suggested=(("lr", 3e-4), ("rho", 0.05))),
        Method("lightsam_1", "LightSAM-I", "lightsam_1", _LIGHT, suggested=(("lr", 1.0), ("rho", 0.1))),
        Method("lightsam_2", "LightSAM-II", "lightsam_2", _LIGHT, suggested=(("lr", 0.03), ("rho", 1e-3))),
        Method("lightsam_3", "LightSAM-III", "lightsam_3", _LIGHT, suggested=(("lr", 3e-4), ("rho", 1e-4))),
        Method(
            "sa_sam",
            "SA-SAM",
            "sa_sam",
            ("lr", "weight_decay"),
            passes=3,
            at_start=("lr",),
            suggested=(("lr", 0.1),),
            note="It sets $\\eta$ from the change of the gradient. In our runs it stayed at chance on the "
            "small CNN without BatchNorm, and on ResNet-8 with the stripes; the small CNN with BatchNorm "
            "reached 84 to 93% on the digits and fell back to 10 to 23% within 100 epochs (three seeds).",
        ),
        Method(
            "muon",
            "Muon",
            "muon",
            _PEER,
            passes=1,
            suggested=(("lr", 1e-3),),
            note="torch's Muon on the filters and inner matrices, AdamW on the rest, at one rate.",
        ),
        Method(
            "momo",
            "MoMo",
            "momo",
            _PEER,
            passes=1,
            suggested=(("lr", 1.0),),
            note="A Polyak step along the momentum (0.9). The learning rate is its cap, as "
            "$\\gamma_b$ is that of SAM-SPS.",
            package="momo-opt",
        ),
        Method(
            "prodigy",
            "Prodigy",
            "prodigy",
            _PEER,
            passes=1,
            suggested=(("lr", 1.0),),
            note="Adam that finds its rate. The learning rate is a factor of it, left at 1 by its authors.",
            package="prodigyopt",
        ),
        Method(
            "schedule_free",
            "Schedule-free AdamW",
            "schedule_free",
            _PEER,
            passes=1,
            suggested=(("lr", 2.5e-3),),
            note="Tested at the average of its iterates.",
            package="schedulefree",
        ),
        Method(
            "dog",
            "DoG",
            "dog",
            _PEER,
            passes=1,
            suggested=(("lr", 1.0),),
            note="SGD that finds its rate, tested at the average of its iterates. The learning rate is a "
            "factor, left at 1 by its authors.",
            package="dog-optimizer",
        ),
    )
}
