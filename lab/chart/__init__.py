"""The one chart component: `chart`, static or fed by a stream; `progress` for a run; `player` for steps."""

from lab.chart.component import chart, player, progress

__all__ = ["chart", "player", "progress"]
