"""Words of Home."""

from __future__ import annotations

from typing import NamedTuple

TITLE = "How far should a sharpness-aware step go?"
INTRO = (
    "Sharpness-aware minimisation (SAM) looks at the gradient not where it stands, $x$, but a little uphill, "
    "at $e$. **SAM-SPS** computes from that second look how far to step: the *Polyak* step size $\\gamma_t$, "
    "with no learning rate to tune but a cap $\\gamma_b$. Here you can watch it choose, and see when it does well and when it does not."
)

FORMULAS = (
    r"\gamma_t = \min\left\{\frac{\left[\,f_S(e) - \ell^*_S - \langle \nabla f_S(e),\, e - x\rangle\,\right]_+}"
    r"{\|\nabla f_S(e)\|^2},\ \gamma_b\right\}",
    r"e = x + \rho\left(1-\lambda+\frac{\lambda}{\|\nabla f_S(x)\|}\right)\nabla f_S(x)",
)
LETTERS = (
    r"x,\ x^t",
    r"e,\ e^t",
    r"f,\ f_S",
    r"\nabla f_S(x),\ \nabla f_S(e)",
    r"\rho",
    r"\lambda",
    r"\gamma_t",
    r"\gamma_b",
    r"\ell^*_S",
    r"\langle a, b\rangle",
    r"[a]_+",
    "N",
)
CAPTION = "The theory covers convex problems with $\\lambda = 0$. For networks there is no bound to draw, and none is drawn."


class Card(NamedTuple):
    """A page to go to: its file in pages/, its name and icon, and what it is for."""

    page: str
    name: str
    icon: str
    text: str


CARDS = (
    Card(
        "one_step",
        "One step",
        ":material/footprint:",
        "Click a point and see why $\\gamma_t$ has the value it has: the second look at $e$, the parabola it minimises, "
        "the formula with its numbers.",
    ),
    Card(
        "ridge",
        "Ridge lab",
        ":material/show_chart:",
        "A least-squares problem whose constants $L$, $\\mu$ and minimum are known exactly. Move $\\rho$, $\\lambda$, "
        "$\\gamma_b$ and the conditioning, and hold the measured distance against the theorem.",
    ),
    Card(
        "theory",
        "Theory",
        ":material/function:",
        "Every guarantee with its assumptions and its proof, held against many random problems: how often is it "
        "broken, and how tight is it?",
    ),
    Card(
        "cnn",
        "CNN lab",
        ":material/play_circle:",
        "A small network learns real images, live. Two methods or more train on the same batches; change $\\rho$, "
        "$\\lambda$ and $\\gamma_b$ while they do, and see $\\gamma_t$ answer.",
    ),
)
