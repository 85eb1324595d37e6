"""Words of Home."""

from __future__ import annotations

from typing import NamedTuple

TITLE = "How far should a sharpness-aware step go?"
INTRO = (
    "**SAM**, sharpness-aware minimisation, looks a little uphill before it steps down, to prefer valleys that are wide. "
    "**SPS**, the stochastic Polyak step size, lets that look decide how long the step is."
)
PICTURE = (
    "A loss with a narrow and a wide valley. From a point in the narrow one an arrow goes uphill, over the ridge; the "
    "tangent there meets the lower bound where the step ends, in the wide valley."
)
GUESS = {
    "ask": "SAM does not take the gradient where it stands, at x, but a little uphill, at e. From a narrow valley "
    "that look already reaches the other side of the ridge.",
    "answer": "It follows the tangent at e down to the lower bound ℓ*, and steps as far as that: nobody has to choose.",
    "rest": "Here it stands still, {away} from the bottom of the wide valley: so near to it the tangent at e says that "
    "there is nothing to gain. Without the look uphill the same rule ends in the narrow valley.",
}
RACE = "Start the race"
RACE_ABOUT = "Then let two networks race, on real digits: one with SAM and a constant step size, one with SAM-SPS, which finds its own."

FACTS_TITLE = "What to know first"
FACTS = (
    "Two gradients a step, as every SAM",
    "Guarantees for convex losses; for networks there is none, and none is drawn",
    "No rate scheduler: $\\gamma_t$ is computed anew in every step. What can be scheduled are $\\gamma_b$, $\\rho$ and $\\lambda$",
    "A cap $\\gamma_b$ that decides every step is a constant rate: pages show how often it does",
    "At a large $\\rho$, on data that the network can fit, it may stand still: $\\gamma_t = 0$, and the page says so. At one "
    "that is much too large it may move and learn nothing",
    "[When not to use it](robustness#when-not), with numbers",
    "[The paper](https://arxiv.org/abs/2606.01827)",
)
CODE_TITLE = "In your own training loop"
CODE = """from sam_sps import SAM_SPS

optimizer = SAM_SPS(model.parameters(), rho=0.1)  # no rate; a cap: gamma_b=1.0
for x, y in batches:
    def closure():
        loss = criterion(model(x), y)
        loss.backward()
        return loss
    optimizer.step(closure)                       # calls it twice: at x, then at e"""
CODE_ABOUT = "`pip install .` in the folder of this app installs the optimizer alone. It needs PyTorch and nothing else."

FORMULAS_TITLE = "The two formulas, and their letters"
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
    r"\ell^*_S,\ \ell^*",
    r"\langle a, b\rangle",
    r"[a]_+",
    "N",
)


class Card(NamedTuple):
    """A page to go to: its file in pages/, its name, how long it takes, what it is for, what its picture shows."""

    page: str
    name: str
    minutes: str
    text: str
    picture: str


CARDS = (
    Card(
        "one_step",
        "See one step",
        "1 · 2 minutes",
        "Click a point and see why $\\gamma_t$ has the value it has.",
        "A loss, and the tangent at e that meets the lower bound",
    ),
    Card(
        "cnn",
        "Train a network",
        "2 · 5 minutes",
        "Methods side by side on the same batches. Move $\\rho$, $\\lambda$ and $\\gamma_b$ while they train.",
        "Test accuracy of two networks over the steps of a recorded race",
    ),
    Card(
        "ridge",
        "Hold it against a theorem",
        "3 · 5 minutes",
        "Least squares, where every constant is known: the measured distance beside the promised one.",
        "Distance to the minimum, which falls faster than the bound promises",
    ),
    Card(
        "theory",
        "Trust the theory",
        "4 · 10 minutes",
        "Every guarantee with its proof, tried on many random problems: is it broken, and how tight is it?",
        "How much faster than promised twenty-four random problems were, sorted",
    ),
    Card(
        "robustness",
        "Compare over ρ",
        "5 · 5 minutes",
        "Accuracy at every $\\rho$ beside tuned baselines, what their tuning costs, and where the method loses.",
        "Test accuracy over ρ: SAM-SPS, and SAM with a cosine schedule, which falls earlier and further",
    ),
    Card(
        "landscape",
        "Look around a minimum",
        "6 · 5 minutes",
        "Is what a run found sharp or flat, by which measure, and does its test accuracy follow?",
        "A loss with a wide bowl and ripples, and the parabola of its curvature at the minimum",
    ),
    Card(
        "lessons",
        "Be taught",
        "7 · 7 × 10 minutes",
        "Predict, run, explain: seven lessons with questions that are checked, and a class that sees what it predicted.",
        "How close a step would bring x: the promise, a parabola above that of the truth",
    ),
)
