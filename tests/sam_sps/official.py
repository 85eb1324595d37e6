"""The official package as an oracle: its import name is ours too, so it is loaded under another."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parents[2] / ".venv" / "oracle"


@cache
def official_package() -> ModuleType:
    init = FOLDER / "sam_sps" / "__init__.py"
    if not init.is_file():
        raise FileNotFoundError(
            f"the official package is missing; install it with: "
            f"pip install --no-deps --target {FOLDER} sam_sps==1.0.0"
        )
    name = "official_sam_sps"
    spec = importlib.util.spec_from_file_location(name, init, submodule_search_locations=[str(init.parent)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
