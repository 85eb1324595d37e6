"""Adaptive baselines: Adam, and sharpness-aware methods that scale their steps by themselves.

Notation: s = ∇f_S(x), g = ∇f_S(e) + weight_decay · x; products, quotients and roots of vectors are element by
element. So weight decay is the same penalty weight_decay ‖x‖²/2 in all of them as in SGD and SAM, whatever
their rate is; only Adam decouples it, as AdamW.
"""

from neural.adaptive.adam import Adam
from neural.adaptive.adasam import AdaSAM
from neural.adaptive.lightsam import LightSAM1, LightSAM2, LightSAM3
from neural.adaptive.sa_sam import SASAM

__all__ = ["SASAM", "AdaSAM", "Adam", "LightSAM1", "LightSAM2", "LightSAM3"]
