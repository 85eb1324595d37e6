// Which lines are hidden, in all charts of the page at once: by the method, or as a bound.

export const hidden = new Set(); // keys of the legend
export const redraws = new Set(); // of the charts mounted now

function isHidden(trace) {
  return hidden.has(trace.legendgroup) || (trace.meta?.bound && hidden.has(`bound ${trace.line.dash}`));
}

export function applyHidden(traces) {
  return hidden.size ? traces.map((trace) => (isHidden(trace) ? { ...trace, visible: false } : trace)) : traces;
}

// Hides or shows a key; gives whether it is shown now.
export function toggle(key) {
  const shown = hidden.delete(key);
  if (!shown) hidden.add(key);
  for (const redraw of redraws) redraw();
  return shown;
}
