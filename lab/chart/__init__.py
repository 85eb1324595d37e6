"""The chart component: figures, legend, player, live parts and Home's picture, drawn by one JavaScript."""

from lab.chart.component import chart, legend
from lab.chart.guess import guess
from lab.chart.live import formula, pictures, progress
from lab.chart.player import player
from lab.chart.thumbnail import thumbnail

__all__ = ["chart", "formula", "guess", "legend", "pictures", "player", "progress", "thumbnail"]
