"""The one chart component: `chart` for a figure, `legend` for all charts of a page, `progress` for a run."""

from lab.chart.component import chart, legend, progress

__all__ = ["chart", "legend", "progress"]
