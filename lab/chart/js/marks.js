// Marks where a hyperparameter was changed while the run went on: a dotted line at the first step that used the new value.

const MARKS_NAMED = 6; // the newest ones are named; all have a line
const SAME_MOVE = 40; // steps: the stops that a slider passes on its way are one change

const SYMBOLS = { rho: "ρ", lambd: "λ", gamma_b: "γ_b", lr: "γ", weight_decay: "weight decay", momentum: "momentum" };

function marked(layout, stream) {
  const column = layout.meta?.marks;
  if (!column || !stream.changes?.length) return layout;
  const shapes = [];
  const annotations = [];
  const moves = settled(stream.changes);
  moves.forEach((change, index) => {
    const columns = stream.lanes[change.lane];
    const x = columns?.step && columns[column][rowAt(columns, change.step)];
    if (x === undefined) return;
    const color = layout.meta.ink;
    shapes.push({ type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line: { color, width: 1, dash: "dot" } });
    if (index < moves.length - MARKS_NAMED) return;
    const text = `${layout.meta.letters[change.lane] ?? ""} ${SYMBOLS[change.name] ?? change.name} → ${number(change.value, 3)}`;
    const font = { size: 11, color };
    const y = 1 - 0.07 * (index % 3);
    annotations.push({ x, yref: "paper", y, text, font, showarrow: false, xanchor: "left", yanchor: "top" });
  });
  return {
    ...layout,
    shapes: [...(layout.shapes ?? []), ...shapes],
    annotations: [...(layout.annotations ?? []), ...annotations],
  };
}

function settled(changes) {
  const kept = [];
  for (const change of changes) {
    const last = kept.findLast((one) => one.lane === change.lane && one.name === change.name);
    if (last && change.step - last.step < SAME_MOVE) Object.assign(last, change);
    else kept.push({ ...change });
  }
  return kept;
}
