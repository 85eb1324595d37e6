"""Words of the CNN lab."""

from __future__ import annotations

from lab.show import Words

INTRO = (
    "Each lane trains the same small network from the same weights on the same batches of 1,437 real digits (8×8 "
    "pixels); 360 others test it. Sliders of a lane act on its next step, also while it trains."
)
GAMMA = Words(
    alt="Step size of each lane against steps on a logarithmic scale, with ratio and cap.",
    notice="The faint line is the Polyak ratio, the strong one the step taken. Where they part, the cap $\\gamma_b$ decided.",
    question="What happens to γ as the loss goes to 0?",
    answer="Loss and gradient both go to 0, the squared gradient faster: the ratio grows, and the cap takes over.",
)
CAPPED = Words(
    alt="Share of the last fifty steps in which the cap decided the step size, for each adaptive lane.",
    notice="At 100% the method is SAM with the constant rate $\\gamma_b$: nothing adapts any more.",
    question="Which γ_b is just large enough to let it adapt?",
    answer="One above most of the faint line in the chart of $\\gamma_t$: raise $\\gamma_b$ until the share falls under a half.",
)
LOSS = Words(
    alt="Mini-batch training loss of each lane at its iterate, against steps, on a logarithmic scale.",
    notice="The loss at $x$, before the step, on the batch of that step; not the loss at $e$.",
    question="Why do the lanes jump together?",
    answer="They see the same batch at the same step: a hard batch is hard for all.",
)
ACCURACY = Words(
    alt="Share of the test images each lane gets right, against steps.",
    notice="Measured at $x$ on images that no lane has trained on.",
    question="Does the lane with the smallest loss have the best accuracy?",
    answer="Often not: a smaller training loss need not mean a better network, which is what sharpness is about.",
)
