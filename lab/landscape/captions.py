"""Words of the Landscape page that depend on no number."""

from __future__ import annotations

from lab.ui.words import Words

INTRO = (
    "SAM promises flat minima. Here you see whether one is flat, by which measure, and whether its test accuracy follows. "
    "*Look at* what is known exactly first: there every estimate stands beside the true answer."
)
EVALUATION = (
    "Networks are looked at as they are tested: BatchNorm, where there is any, is in evaluation mode with the statistics that the run "
    "has at that step. The loss is the mean cross-entropy without weight decay, over the first {images:,} training images."
)
EXACT = (
    "Here the Hessian is known: eigenvalues, trace and sharpness stand beside the exact answers. A direction of a slice has length 1. "
    "The methods begin at the same point; USAM-PS has $\\rho = 1/(2L)$ and its Polyak step, gradient descent $\\gamma = 1/L$."
)
CAVEAT = (
    "**Flat is not the same as general.** How sharp a minimum looks depends on the scale of its weights, which a network with ReLUs can change without "
    "changing one answer: the control shows it."
)
ONE_RUN = "Two networks are no comparison of two methods."
SEE_SEEDS = "How far test accuracy follows over several seeds stands [below](#seeds)."
NO_PLANE = "No plane is drawn: it takes three moments or more, and weights that move and are finite."
NO_TWIN = (
    "There is no control for this network: it has no ReLU between two layers that a factor can pass through."
)
NOT_JOINED = "No line joins the two: their networks or their images differ."
SLICES = Words(
    alt="Loss along random directions through the weights, for each lane the mean and a band from the lowest to the highest.",
    notice="All directions of all lanes have one scale. Line: the mean over directions; band: from the lowest to the highest.",
    question="What does filter normalisation do?",
    answer="A random direction is stretched filter by filter to the length that the network's own filters have: a step of 1 changes each filter by its own length. "
    "Then networks that compute the same function with weights of other scales look the same, and two lanes can be compared. "
    "Biases, and the scales and shifts of BatchNorm, stay as they are. (Li et al., *Visualizing the Loss Landscape of Neural Nets*, 2018.)",
)
SPECTRUM = Words(
    alt="Density of the eigenvalues of the Hessian for each lane on a logarithmic scale, the largest eigenvalues marked.",
    notice="How many directions curve how much. The marks are the largest eigenvalues; fine bars, where there are any, the exact ones. Left of 0 the loss curves down.",
    question="How can the spectrum of a matrix that nobody writes down be known?",
    answer="By its products with vectors, each about as dear as two gradients. Lanczos' method gives the largest eigenvalues; from random vectors it gives the density, "
    "which is drawn a little smoothed: its humps stand for few eigenvalues or for many, by their height. In classifiers about as many stand apart at the right as there are classes (Sagun et al., *Empirical Analysis of the Hessian of Over-Parametrized Neural Networks*, 2017).",
)
WAY = Words(
    alt="Level lines of the loss in the plane of the trajectory's first two principal components, with the trajectory.",
    notice="",
    question="Is a high share a finding?",
    answer="No. A random walk in many dimensions, too, has most of its variance in two components (Antognini and Sohl-Dickstein, 2018). The plane shows where "
    "the weights went, not that they could go nowhere else; the levels are those of this plane, through the last weights. They are spaced by the logarithm of the loss.",
)
JOINED = Words(
    alt="Loss on the straight line between the weights of the two lanes, and the straight line between its ends.",
    notice="",
    question="What does a barrier say?",
    answer="Without one, both networks lie in one valley: their average is as good as they are. Lanes that begin with the same weights and see the same batches "
    "often stay in one; other seeds do not, since the neurons come in another order. On the line the BatchNorm statistics are mixed as the weights are.",
)
OVER = Words(
    alt="The chosen measure of sharpness at every kept moment of the training, for each lane.",
    notice="At every moment that was kept, less closely than the numbers above; bars are standard errors.",
    question="Why is it that the start can be flat?",
    answer="Before training the loss is about that of guessing, in every direction: flat, and useless. Sharpness says something about minima of about the same loss.",
)
LOSS = Words(
    alt="Training and test loss at every kept moment, for each lane, on a logarithmic scale.",
    notice="Over all images of each set.",
    question="Why look at the loss beside the sharpness?",
    answer="Cross-entropy is flat where the network is very sure: with the training loss near 0 every curvature goes to 0 with it, "
    "whatever the method. Compare minima of about the same loss.",
)
EXACT_LOSS = Words(
    alt="Loss at every kept step, for each method, on a logarithmic scale.",
    notice="The loss itself, not the gap to the minimum.",
    question="Does the curvature change on the way?",
    answer="Not on a quadratic, where the Hessian is the same everywhere. On the other functions it does.",
)
ACCURACY = Words(
    alt="Test and training accuracy at every kept moment, for each lane.",
    notice="Test accuracy, and dotted the training accuracy.",
    question="Does the flatter minimum have the higher test accuracy?",
    answer="Sometimes. For two lanes the sentences above the charts say it; one pair of networks proves nothing.",
)
CONTROL = Words(
    alt="Mean loss along random directions of the first lane and of a network that computes the same function, with and without normalisation, on a logarithmic scale.",
    notice="",
    question="Why is the function the same?",
    answer="ReLU(αz) = α ReLU(z) for α > 0. One layer before a ReLU is multiplied by α, the next divided by α: every answer of the network stays, "
    "and with it every loss and accuracy. Its Hessian does not: eigenvalues, trace and the rise in a ball grow as one likes (Dinh et al., *Sharp Minima Can Generalize For Deep Nets*, 2017).",
)
NUMBERS = (
    "Sharpness is found by ascent in the ball: the true maximum is at least that. ± is one standard error."
)
TAKE = "Every number of the table and of the charts over training: a row for each lane and moment."
GOES_ON = "This run goes on: newer weights are kept as it does."
MEASURING = "First a coarse picture; eigenvalues, trace, sharpness and the rest follow."
UNDECIDED = "Estimates that differ by less than two standard errors are not told apart."
LOST = "The loss of {lanes} is not finite there: nothing can be measured. Choose an earlier moment."
SEEDS_TITLE = "Over several seeds: are the minima flatter, and does test accuracy follow?"
SEEDS = "Mean ± standard deviation over the seeds. Small networks on a small data set: what is seen here need not hold elsewhere. Made by `python benchmarks/landscape.py`."
