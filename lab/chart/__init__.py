"""The one chart component: `chart` for a figure, static or fed by a stream; `progress` for a run."""

from lab.chart.component import chart, progress

__all__ = ["chart", "progress"]
