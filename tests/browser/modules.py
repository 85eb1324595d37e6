"""What the chart component's modules hold, seen from the page."""

from __future__ import annotations

from lab.web.chart_files import CHART_URL


def exported(module: str, name: str) -> str:
    """JavaScript for an export of a module, inside an async function."""
    return f"(await import(new URL('{CHART_URL}/{module}.js', document.baseURI).href)).{name}"
