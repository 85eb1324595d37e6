"""One torch thread, as in the workers: sums in another order give other last digits.

Runs are kept in a folder of the tests, not in the user's.
"""

import os
import tempfile

import torch

os.environ["SAM_SPS_HOME"] = tempfile.mkdtemp(prefix="sam-sps-tests-")

torch.set_num_threads(1)
