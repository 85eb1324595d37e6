"""The component's JavaScript as the browser loads it: the modules of js/ as they are, in a folder of the app.

One more is written here: ``constants.js``, what the browser needs of Python. The entry is ``component.js``.
The address has a hash of all files in it, so that a browser may keep them for good; the modules import each
other by relative addresses and thus within the same version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lab.ui import meta
from lab.ui.theme import DARK
from lab.web.ahead import DRAWN_URL

COMPONENT = Path(__file__).parents[1] / "chart"
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
TYPES = {".js": "text/javascript", ".css": "text/css"}
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# The version stands in the address, so that a browser may keep the file for good.
PLOTLY_URL = f"assets/plotly-{plotly.__version__}.min.js"
CONSTANTS = {"DARK": DARK, "PLOTLY_URL": PLOTLY_URL, "DRAWN_URL": DRAWN_URL, "META": meta.SCHEMA}


def _files() -> dict[str, str]:
    """Every file of the folder by its name."""
    paths = [*sorted((COMPONENT / "js").glob("*.js")), COMPONENT / "chart.css"]
    files = {path.name: path.read_text(encoding="utf-8") for path in paths}
    names = [name for name in files if name.endswith(".js") and name != "component.js"]
    constants = CONSTANTS | {"MODULES": names}
    files["constants.js"] = "".join(
        f"export const {name} = {json.dumps(value)};\n" for name, value in constants.items()
    )
    return files


def address_of(files: Mapping[str, str]) -> str:
    """The folder's address: another one for every other text of any file."""
    return f"assets/chart-{hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]}"


FILES = _files()
CHART_URL = address_of(FILES)


async def chart_file(request: Request) -> Response:
    """Serve a file of the folder; 404 for one that is not in it."""
    name = request.path_params["name"]
    if name not in FILES:
        return PlainTextResponse("There is no such file.", status_code=404)
    return Response(FILES[name], media_type=TYPES[Path(name).suffix], headers=FOR_GOOD)
