"""One torch thread, as in the workers: sums in another order give other last digits."""

import torch

torch.set_num_threads(1)
