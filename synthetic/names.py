"""How the methods are called, by their keys: said here for the engine and for everyone who shows them."""

from __future__ import annotations

NAMES = {
    "usam_ps": "USAM-PS",
    "sam_ps": "SAM-PS",
    "usam_sps": "USAM-SPS",
    "sam_sps": "SAM-SPS",
    "sps_max": "SPS_max, c = 1",
    "long_ps": "Long PS",
    "long_sps": "Long SPS",
    "usam": "USAM, constant γ",
    "sam": "SAM, constant γ",
    "unified_sam": "Unified SAM, constant γ",
    "sgd": "SGD",
    "af22": "AF22",
    "khanh24": "Khanh24",
    "unified": "Unified",
    "adasam": "AdaSAM",
    "lightsam_1": "LightSAM-I",
    "lightsam_2": "LightSAM-II",
    "lightsam_3": "LightSAM-III",
    "sa_sam": "SA-SAM",
}
