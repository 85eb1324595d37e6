"""What the last lines of a script name: networks, drawn data and optimizers that are not written here.

What comes from `neural` is replaced by its source, in this order.
"""

import momo
import prodigyopt

from neural.augmentation import crop_and_flip, draws
from neural.corruption import noisy_labels, pixel_scales
from neural.mnist1d import mnist1d
from neural.networks import cnn1d, lenet, mlp, small_cnn, small_cnn_bn
from neural.own_data import split
from neural.resnet import resnet
from neural.textures import textures
from sam_sps import SAM_SPS
