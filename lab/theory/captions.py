"""Words of the Theory page that depend on no number: introductions, and what stands around each chart."""

from __future__ import annotations

from dataclasses import replace

from lab.params import TheoryConfig
from lab.ui.words import Words

INTRO = (
    "A bound is a promise that holds for every problem of its kind. Here the promises made for the Polyak step in sharpness-aware "
    "minimisation are checked on up to {problems:g} random problems; below stands [each with its proof](#guarantees). Nearly all ask for a convex $f$, $\\lambda = 0$ "
    "and a radius $\\rho < 1/L$, on noisy mini-batches also for a cap $\\gamma_b$: [where the theory stops](#stops)."
).format(problems=TheoryConfig.rows()["problems"].high)
CONSTANTS = (
    "*Published*: as in the paper. *Derived, same form*: proven here; the shape is the paper's, the constant may differ. Of most there is one "
    "more in the same card, *derived here, tighter*: a smaller constant under the same assumptions, with a proof of its own."
)
LIVE = "Every problem has 20 rows and its own random $A$, $b$ and start; $f$ is least squares, so $L$, $\\mu$, $f^*$ and $x^*$ are exact."
MEASURED = Words(
    alt="Measured quantity of all random problems against iterations on a logarithmic scale, as bands, and the bound.",
    notice="Light band: all problems; darker: the middle 80%; line: the median. The dashed line is the promise; where the problems have "
    "different ones, dashed is the lowest, for the best problem, and dotted the highest, for the worst.",
    question="What does the room between the lines and the promise come from?",
    answer="Of the published form a part is given away in the proof: it uses only that $f$ is convex at $e$ and leaves out $N/L$, which smoothness "
    "adds to every drop. So the share it promises of a step is $(3+r)/(1-r)$ times too small, $r = \\rho L$, even with $\\kappa = 1$, where all runs are alike. The tighter one has that "
    "part: with $\\kappa = 1$ every run lies on it. What is left at a larger $\\kappa$: it puts the largest curvature $L$ where a large one hurts and the "
    "smallest, $\\mu$, where a small one does, as if one direction had both.",
)
AVERAGE = replace(
    MEASURED,
    answer="The promise is for every convex problem, however small its curvature: that is why it falls no faster than $1/T$. Each of these "
    "problems has a smallest positive curvature; $f(x^t)-f^*$ falls like a geometric series, and its sum stays finite. And by convexity "
    "$f(\\bar x^T)$ is below the mean of the $f(x^t)$, which is what the proof bounds.",
)
WORST_STEP = replace(
    MEASURED,
    answer="The promise takes the worst mixture of directions that one step can meet, and repeats it in every step. A step changes the mixture: "
    "a run need not meet the worst one again. With $\\kappa = 1$ there is one mixture only, and every run lies on the promise.",
)
MINI_BATCHES = replace(
    MEASURED,
    answer="The promise takes the largest curvature of any sample, $L_{\\max}$, for every mini-batch, and the least step that such a mini-batch can ask "
    "for. Most ask for a longer one. Under a low cap all steps are $\\gamma_b$, whatever they ask for: then less of the room is left.",
)
# Where the runs lie on the bound to the end.
REACHED = replace(
    MEASURED,
    question="Why does every run lie on the promise?",
    answer="With a single curvature ($\\kappa = 1$) every inequality of the proof is an equality: each step takes exactly the promised share. "
    "Now move $\\kappa$ up.",
)
RATIO = Words(
    alt="Ratio of measured to bound for all random problems against iterations, with the line at one.",
    notice="A guarantee that holds keeps every problem at or below 1. A comparison above it would be marked with a cross.",
    question="Where is the ratio largest?",
    answer="There is none: nothing could be compared.",
)
OF_A_CONTRACTION = (
    "Such a promise is a factor for each step, with noise also a floor; what the runs do better multiplies from step to step, so the ratio is mostly largest in the first "
    "steps, or the same in all where the promise is met."
)
OF_AN_AVERAGE = "A promise that is a constant over $T$ begins far above the start, and the average moves slowly at first: the ratio can be largest early or late."
# An exact rate, and one that promises a climb.
EXACT = replace(
    MEASURED,
    question="Why do the measured lines run parallel to the promise in the long run, or on it?",
    answer="A constant step on least squares multiplies every direction by a factor of its own, and the promise is the largest of these: "
    "the direction that has it is the last to be left. Where all directions have the same curvature ($\\kappa = 1$) it is so from the start.",
)
CLIMBING = replace(
    EXACT,
    question="What is a promise worth that climbs?",
    answer="It says by how much at most the distance can grow. A constant step shrinks a direction of curvature $h$ only while "
    "$\\gamma h(1+\\rho h) < 2$. Here the largest factor is above 1: what $x - x^*$ has in that direction grows by it at each step, and in the long run the "
    "distance with it.",
)
NOISE = replace(
    MEASURED,
    question="What does the noise do to the lines, and to the promise?",
    answer="With $\\sigma^2 > 0$ no $x$ suits every mini-batch: each step is pulled elsewhere, and in the long run the method stays in a neighbourhood of $x^*$. "
    "The promise adds a term with $\\sigma^2$ for the worst that the noise can do at every step, at the largest step $\\gamma_b$: mostly more than it does.",
)
# Where there is no bound to draw.
UNBOUNDED = replace(
    MEASURED,
    alt="Measured quantity of all random problems against iterations on a logarithmic scale, as bands.",
    notice="Light band: all problems; darker: the middle 80%; line: the median. No promise is drawn, since there is none to draw.",
    question="Which problems fall, and which stay where they are?",
    answer="Where the median falls and the light band stays high, some problems stop and most do not. Where all fall, nothing was promised, and it "
    "went well.",
)
# What else there is to say without a bound, by what is amiss.
BEYOND = " With the full batch and a constant $\\rho$ a step size $\\gamma = 0$ is for good. Move $\\rho L$ across 1 and see when the first problem stops."
NORMALISED = (
    " With $\\lambda > 0$ the climb to $e$ does not shrink with the gradient: near $x^*$ the tangent at $e$ promises less and less, $N$ and with it $\\gamma$ goes "
    "to 0, or turns negative and the safeguard makes it 0. The shorter the climb, the nearer to $x^*$ that is."
)
UNBOUNDED_CONSTANT = replace(
    UNBOUNDED,
    question="What does a constant step do where nothing is promised?",
    answer="With $\\lambda > 0$ the climb to $e$ does not shrink with the gradient: near $x^*$ the step points to one side and then to the other, "
    "and the lines level off where a step is as long as what is left. With a shorter $\\gamma L$ or $\\rho L$ that is lower, and takes longer to reach.",
)
UNBOUNDED_CLIMBING = replace(
    UNBOUNDED,
    question="Why are there lines that end above their start?",
    answer="Nothing promises that they do not. A step can be too long for the largest curvature and overshoot by more than it mends; a noisy "
    "mini-batch can ask for such a step; a climb of fixed length ($\\lambda > 0$) can keep $x$ further from $x^*$ than it began. Shorten step or "
    "climb, or bring back what the reasons above the charts name.",
)
LIMIT = replace(
    UNBOUNDED,
    question="Why is there no bound, although the theorem applies?",
    answer="It is a limit: the gradient goes to 0, and nothing is said of how fast. A radius that shrinks slowly enough can delay it "
    "for as long as you like.",
)
TIGHTNESS = Words(
    alt="Histogram over the problems of how near the measurement comes to the bound.",
    notice="Each problem counts once in each line. At 1 the problem reaches the bound.",
    question="Is a loose bound a bad bound?",
    answer="It tells you what cannot go wrong, not what will happen. A constant in front is cheap; that the shape is right, "
    "a straight line or $1/T$, is what a proof is for.",
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
ALIKE = (
    "Why are random points as early as the worst?",
    "With a single curvature ($\\kappa = 1$) every point is a worst one: $N$ has the same sign at all.",
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
    answer="With the full batch and a constant $\\rho$ a Polyak method stops for good: $\\gamma = 0$ leaves $x$ where it is, and the next step sees the same. "
    "Choose theorem 3.1 and $\\rho L = 1.5$ above and look for runs that stay high.",
)
STOPS = (
    "- **$\\lambda \\ne 0$.** SAM looks at distance $\\rho$ however small the gradient is, so $e$ does not come to $x^*$ with $x$. "
    "None of these theorems covers it, and no bound is drawn.\n"
    "- **$\\rho \\ge 1/L$.** The factor $(1-L\\rho)$ is gone; above $1/L$ also $N$ can be negative, and the run can stop away from $x^*$. Of a Polyak "
    "step only Theorem 3.4 allows it, with $\\rho_t \\to 0$.\n"
    "- **No interpolation.** With mini-batches and $\\sigma^2 > 0$ the iterates come to a neighbourhood of $x^*$ and stay in it; without a "
    "cap $\\gamma_b$ there is no bound at all.\n"
    "- **Not convex.** Convexity is what makes $N$ a lower bound on $\\langle\\nabla f(e), x-x^*\\rangle$. Without it, networks included, there is "
    "no guarantee here, only measurement."
)
