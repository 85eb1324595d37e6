"""What the pages share: the parameter table, links, theme, figures, the chart component, the run engine."""
