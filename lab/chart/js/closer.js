// Looking closer: what the stream left out of the stretch that is zoomed into.

import { fetchedJson } from "./dom.js";
import { lowerRow } from "./rows.js";

// Fetches it, and calls `redraw` once it is there, or once it is not wanted any more.
export async function lookCloser(root, state, url, redraw) {
  const wanted = stretch(root, state.stream);
  const { detail, stream } = state;
  if (!wanted) {
    state.wanted = state.detail = null;
    if (detail) redraw();
    return;
  }
  const name = `${stream.generation}.${wanted.first}.${wanted.last}`;
  if (name === state.wanted) return;
  state.wanted = name;
  const address = `${url.replace("api/stream/", "api/runs/")}/part?first=${wanted.first}&last=${wanted.last}`;
  const found = await fetchedJson(address);
  if (state.wanted !== name) return;
  if (!found) {
    state.wanted = null; // the next zoom asks again
    return;
  }
  state.detail = found;
  redraw();
}

// The steps in view, if it is a part only, and the stream has left some of them out.
function stretch(root, stream) {
  const { autorange, range } = root._fullLayout.xaxis;
  const [lane] = stream?.lanes ?? [];
  const column = lane?.[root._fullLayout.meta?.marks];
  if (autorange || !column || !stream.thinned) return null;
  const low = Math.max(0, lowerRow(column, range[0]) - 1);
  const high = Math.min(column.length - 1, lowerRow(column, range[1]));
  if (high <= low || lane.step[high] - lane.step[low] === high - low) return null;
  return { first: lane.step[low], last: lane.step[high] };
}

// The lanes, with that stretch as it was fetched.
export function closer(lanes, detail, generation) {
  if (!detail || detail.generation !== generation) return lanes;
  return lanes.map((lane, index) => {
    const from = lowerRow(lane.step, detail.first);
    const to = lowerRow(lane.step, detail.last + 1);
    const put = ([name, values]) => [name, [...values.slice(0, from), ...detail.lanes[index][name], ...values.slice(to)]];
    return Object.fromEntries(Object.entries(lane).map(put));
  });
}
