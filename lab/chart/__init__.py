"""The chart component: figures, their legend, the player and live parts, drawn by one piece of JavaScript."""

from lab.chart.component import chart, legend
from lab.chart.live import formula, pictures, progress
from lab.chart.player import player

__all__ = ["chart", "formula", "legend", "pictures", "player", "progress"]
