"""The chart component: figures, their legend and live parts, drawn by one piece of JavaScript."""

from lab.chart.component import chart, legend
from lab.chart.live import formula, pictures, progress

__all__ = ["chart", "formula", "legend", "pictures", "progress"]
