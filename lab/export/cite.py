"""How to cite the method that the app is about."""

from __future__ import annotations

BIBTEX = """@misc{oikonomou2026adaptive,
  title         = {Adaptive Sharpness-Aware Minimization with a {Polyak}-type Step Size:
                   A Theory-Grounded Scheduler},
  author        = {Oikonomou, D. and Loizou, N.},
  year          = {2026},
  eprint        = {2606.01827},
  archivePrefix = {arXiv}
}"""
