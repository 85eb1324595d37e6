"""Adaptive baselines: Adam, and sharpness-aware methods that scale their steps by themselves.

Notation: s = ∇f_S(x), g = ∇f_S(e); products, quotients and roots of vectors are element by element. Weight
decay is decoupled from what they adapt to, as in AdamW: x⁺ = x − γ (direction + weight_decay · x).
"""

from neural.adaptive.adam import Adam
from neural.adaptive.adasam import AdaSAM
from neural.adaptive.lightsam import LightSAM1, LightSAM2, LightSAM3
from neural.adaptive.sa_sam import SASAM

__all__ = ["SASAM", "AdaSAM", "Adam", "LightSAM1", "LightSAM2", "LightSAM3"]
