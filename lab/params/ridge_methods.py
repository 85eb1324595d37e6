"""THE table of the Ridge lab's methods: selector, legend, text, controls and builders derive from it.

What a method computes, its formula, source and gradients of a step, is said by the engine (`synthetic`), and
so is its name there. Its looks are in `lab.ui.theme`, under the key of its track. The values suggested for it
are the defaults of its rows in `lab.params.ridge`.
"""

from __future__ import annotations

from dataclasses import dataclass

from synthetic.names import NAMES


@dataclass(frozen=True)
class RidgeMethod:
    """One method that can be chosen.

    Attributes
    ----------
    key : str
        In the link and in the controls.
    on_full_batch, on_mini_batches : str
        Its name in legend and table.
    rows : tuple of str
        The fields of a `RidgeConfig` that it alone uses.
    other_label : str
        What the selector says, where that is not its names.
    about : str
        What to know before it is chosen, above its controls.
    needs_mu : str
        What of it divides by μ on mini-batches; empty where nothing does.
    """

    key: str
    on_full_batch: str
    on_mini_batches: str
    rows: tuple[str, ...] = ()
    other_label: str = ""
    about: str = ""
    needs_mu: str = ""

    @property
    def label(self) -> str:
        """What the selector says: its name, or both."""
        return self.other_label or " / ".join(dict.fromkeys((self.on_full_batch, self.on_mini_batches)))

    def name(self, full_batch: bool) -> str:
        """Its name in legend and table."""
        return self.on_full_batch if full_batch else self.on_mini_batches


LONG = (
    "$\\gamma = N/\\|\\nabla f(e)\\|^2 + 1/(2L)$, where the bound of the tighter proof is lowest; $L_{\\max}$ in the place of $L$ "
    "on mini-batches. Mostly it does not help. On least squares, full batch, $\\rho L = 0.2$: one step is enough at "
    "$\\kappa = 1$, but to a relative gap of 1e-6 it takes about 1.5 times the iterations of USAM-PS at $\\kappa = 10$, 3 times at 100 and 5 to 6 times at "
    "1,000. On interpolated mini-batches about a tenth fewer, with noise and on the logistic problem no gain. A better worst "
    "step is not a better run."
)


SPS_MAX = (
    "The Polyak step at $\\rho = 0$, without a look uphill. Its authors divide by $c\\|\\nabla f_S(x)\\|^2$ and choose $c$ below 1, 0.5 or 0.2 in "
    "their experiments. Here $c = 1$, as in USAM-SPS: before the cap the step is half or a fifth of theirs."
)


def _always(key: str, *rows: str, about: str = "", needs_mu: str = "") -> RidgeMethod:
    """A method with one name."""
    return RidgeMethod(key, NAMES[key], NAMES[key], rows, about=about, needs_mu=needs_mu)


METHODS: dict[str, RidgeMethod] = {
    method.key: method
    for method in (
        RidgeMethod("usam_ps", NAMES["usam_ps"], NAMES["usam_sps"], ("rho", "rho_shape")),
        RidgeMethod("sam_ps", NAMES["sam_ps"], NAMES["sam_sps"], ("sam_ps_rho",)),
        RidgeMethod("mix", "PS", "SPS", ("mix_rho", "lambd"), other_label="Polyak step, λ between"),
        RidgeMethod(
            "long_ps", NAMES["long_ps"], NAMES["long_sps"], ("long_rho",), "Long Polyak step, needs L", LONG
        ),
        _always("sps_max", about=SPS_MAX),
        _always("usam", "usam_rho", "usam_gamma"),
        _always("sam", "sam_rho", "sam_gamma"),
        _always("unified_sam", "uni_rho", "uni_gamma", "uni_lambd", "uni_shape"),
        RidgeMethod("sgd", "Gradient descent", NAMES["sgd"], ("sgd_gamma",)),
        _always("af22", needs_mu="decreasing steps"),
        _always("khanh24"),
        _always("unified", needs_mu="steps"),
        _always("adasam", "adasam_gamma", "adasam_rho"),
        _always("lightsam_1", "ls1_gamma", "ls1_rho"),
        _always("lightsam_2", "ls2_gamma", "ls2_rho"),
        _always("lightsam_3", "ls3_gamma", "ls3_rho"),
        _always("sa_sam", "sa_eta0"),
    )
}
LABELS = {key: method.label for key, method in METHODS.items()}
