"""The chart component: figures and live parts, drawn by one piece of JavaScript."""

from lab.chart.component import chart
from lab.chart.live import formula, pictures, progress

__all__ = ["chart", "formula", "pictures", "progress"]
