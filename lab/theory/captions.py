"""Words of the Theory page that depend on no number: introductions, and what stands around each chart."""

from __future__ import annotations

from dataclasses import replace

from lab.ui.words import Words

INTRO = (
    "A bound is a promise that holds for every problem of its kind. Here the promises made for the Polyak step in sharpness-aware "
    "minimisation are checked on as many random problems as you like; below stands [each with its proof](#guarantees). Nearly all ask for a convex $f$, $\\lambda = 0$ "
    "and a radius $\\rho < 1/L$, on noisy mini-batches also for a cap $\\gamma_b$: [where the theory stops](#stops)."
)
CONSTANTS = (
    "*Published*: as in the paper. *Derived, same form*: proven here; the shape is the paper's, the constant may differ. Of most there is one "
    "more in the same card, *derived here, tighter*: a smaller constant under the same assumptions, with a proof of its own."
)
LIVE = "Every problem has 20 rows and its own random $A$, $b$ and start; $f$ is least squares, so $L$, $\\mu$, $f^*$ and $x^*$ are exact."
MEASURED = Words(
    alt="Measured quantity of all random problems against iterations on a logarithmic scale, as bands, and the bound.",
    notice="Light band: all problems; darker: the middle 80%; line: the median. The dashed line is the promise; where the problems have "
    "different ones, dashed is the lowest, for the best problem, and dotted the highest, for the worst.",
    question="Why do the measured lines fall so much faster than the promise?",
    answer="Of the published form a part is given away in the proof: it uses only that $f$ is convex at $e$ and leaves out $N/L$, which smoothness "
    "adds to every drop. So the share it promises of a step is $(3+r)/(1-r)$ times too small, $r = \\rho L$, even with $\\kappa = 1$, where all runs are alike. The tighter one has that "
    "part: with the full batch and $\\kappa = 1$ every run lies on it. What is left at a larger $\\kappa$: it puts the largest curvature $L$ where a large one hurts and the "
    "smallest, $\\mu$, where a small one does, as if one direction had both.",
)
# Where the runs lie on the bound to the end.
REACHED = replace(
    MEASURED,
    question="Why does every run lie on the promise?",
    answer="With a single curvature ($\\kappa = 1$) every inequality of the proof is an equality: each step takes exactly the promised share. "
    "Choose *published form alone* and see what that one gives away on the same runs; then move $\\kappa$ up.",
)
RATIO = Words(
    alt="Ratio of measured to bound for all random problems against iterations, with the line at one.",
    notice="A guarantee that holds keeps every problem at or below 1. A comparison above it would be marked with a cross.",
    question="Where is the ratio largest?",
    answer="In the first steps, before the differences multiply. With the full batch, $\\kappa = 1$ and $\\rho L = 0$ every step takes three quarters of "
    "the squared distance away: the tighter constant promises just that, the published one a quarter.",
)
# An exact rate, and one that promises a climb.
EXACT = replace(
    MEASURED,
    question="Why do the measured lines end parallel to the promise, or on it?",
    answer="A constant step on least squares shrinks every direction by a factor of its own, and the promise is the largest of these: "
    "the direction that has it is the last to be left. Where all directions have the same curvature ($\\kappa = 1$) it is so from the start.",
)
CLIMBING = replace(
    EXACT,
    question="The lines climb. Is the promise broken?",
    answer="No: it says by how much at most. A constant step shrinks a direction of curvature $h$ only while "
    "$\\gamma h(1+\\rho h) < 2$; here the largest factor is above 1, and the distance grows with it at each step.",
)
LEVEL = replace(
    MEASURED,
    question="Why do the lines stop falling, and so far below the promise?",
    answer="With $\\sigma^2 > 0$ no $x$ suits every mini-batch: each step is pulled elsewhere, and the method stays in a neighbourhood of $x^*$. "
    "The promise adds a term with $\\sigma^2$ for the worst that the noise can do at every step; most of it averages out.",
)
# Where there is no bound to draw.
UNBOUNDED = replace(
    MEASURED,
    alt="Measured quantity of all random problems against iterations on a logarithmic scale, as bands.",
    notice="Light band: all problems; darker: the middle 80%; line: the median. No promise is drawn, since there is none to draw.",
    question="Which problems fall, and which stay where they are?",
    answer="Where the median falls and the light band stays high, some problems stop and most do not: a step size $\\gamma = 0$ is for good with the "
    "full batch. Where all fall, nothing was promised, and it went well. Move $\\rho L$ across 1 and see when the first one stops.",
)
UNBOUNDED_CONSTANT = replace(
    UNBOUNDED,
    question="What does a constant step do where nothing is promised?",
    answer="With $\\lambda > 0$ the climb to $e$ does not shrink with the gradient: near $x^*$ the step points to one side and then to the other, "
    "and the lines level off where a step is as long as what is left. Shorten $\\gamma L$ or $\\rho L$ and they level off lower.",
)
UNBOUNDED_CLIMBING = replace(
    UNBOUNDED,
    question="Why do lines climb above their start?",
    answer="Nothing promises that they do not. A step that is too long for the largest curvature overshoots by more than it mends, each time; "
    "a noisy mini-batch can ask for such a step too. Shorten the step, or bring back what the reasons above the charts name.",
)
LIMIT = replace(
    UNBOUNDED,
    question="Why is there no bound, although the theorem applies?",
    answer="It is a limit: the gradient goes to 0, and nothing is said of how fast. A radius that shrinks slowly enough can delay it "
    "as long as it likes.",
)
TIGHTNESS = Words(
    alt="Histogram over the problems of how near the measurement comes to the bound.",
    notice="Each problem counts once in each line. 1 would be a bound that cannot be improved.",
    question="Is a loose bound a bad bound?",
    answer="It tells you what cannot go wrong, not what will happen. A constant in front is cheap; that the shape is right, "
    "a straight line or $1/T$, is what a proof is for. Choose the exact rate of a constant step to see a bound that is reached.",
)
ENDS = replace(
    TIGHTNESS,
    alt="Histogram over the problems of the measured quantity at the last iteration, in units of its start.",
    notice="Each problem counts once. Without a bound there is nothing to compare with.",
    question="Does a run without a guarantee go wrong?",
    answer="Not always. No guarantee means that nothing is promised: here you see how often it went well all the same, and how often not.",
)
COUNT = (
    "The step size of USAM ($\\lambda = 0$) is $N/\\|\\nabla f(e)\\|^2$, and the safeguard $\\max(N, 0)$ acts where $N < 0$. Proposition 2.1 says: never for "
    "$\\rho \\le 1/L$. Here $N$ is computed at {points:,} random points ({problems} problems, 20 points each) and at one point of each "
    "problem chosen to be the worst: along the eigenvector of $L$."
)
FIRED = Words(
    alt="Share of the points with N below zero against rho times L, random points and points along the top eigenvector.",
    notice="Left of $\\rho = 1/L$ both lines are at 0, as proven. Right of it the worst points fail at once; random ones follow "
    "when enough of $f(x) - f^*$ lies in directions with curvature above $1/\\rho$.",
    question="Why are random points so late?",
    answer="Only directions with $\\rho h_i > 1$ count against $N = \\tfrac12\\sum_i h_i(1-\\rho^2h_i^2)y_i^2$. The others outvote them until "
    "$\\rho$ is large, all the more with a large $\\kappa$ and many small $h_i$.",
)
SMALLEST = Words(
    alt="Smallest N divided by f(x) minus f star against rho times L, random points, top eigenvector, and the lower bound.",
    notice="The dashed line is the exact lower bound $1 - L^2\\rho^2$; the points along the top eigenvector lie on it.",
    question="What happens to a run that meets N < 0?",
    answer="With the full batch it stops for good: $\\gamma = 0$ leaves $x$ where it is, and the next step sees the same. "
    "Set $\\rho L = 1.5$ above and look for runs that stay high.",
)
STOPS = (
    "- **$\\lambda \\ne 0$.** SAM looks at distance $\\rho$ however small the gradient is, so $e$ does not come to $x^*$ with $x$. "
    "None of these theorems covers it, and no bound is drawn.\n"
    "- **$\\rho \\ge 1/L$.** The factor $(1-L\\rho)$ is gone, $N$ can be negative, and the run can stop away from $x^*$. Only Theorem 3.4 "
    "allows it, with $\\rho_t \\to 0$.\n"
    "- **No interpolation.** With mini-batches and $\\sigma^2 > 0$ the iterates come to a neighbourhood of $x^*$ and stay in it; without a "
    "cap $\\gamma_b$ there is no bound at all.\n"
    "- **Not convex.** Convexity is what makes $N$ a lower bound on $\\langle\\nabla f(e), x-x^*\\rangle$. Without it, networks included, there is "
    "no guarantee here, only measurement."
)
