"""The addresses of all pages, as `app.py` names them."""

from __future__ import annotations

import re

from tests.browser.server import ROOT

QUICK = {"landscape": "landscape?v=1&what=plane"}  # without a link it computes for half a minute
_NAMES = re.findall(r'url_path="([^"]+)"', (ROOT / "app.py").read_text(encoding="utf-8"))
PATHS = ("", *(QUICK.get(name, name) for name in _NAMES))
