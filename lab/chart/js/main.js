// The one component. A chart keeps its DOM node, its zoom and its hidden traces from the first point to the last:
// every change goes through Plotly.react on the same element. `kind` says what to mount.
// A browser loads each module once, however many components a page has: what charts share is kept in the modules.

import { mountChart } from "./chart.js";
import { mountCourse } from "./course.js";
import { mountEscape } from "./escape.js";
import { mountFiles } from "./files.js";
import { mountFormula } from "./formula.js";
import { mountGuess } from "./guess.js";
import { mountLegend } from "./legend.js";
import { mountPictures } from "./pictures.js";
import { mountPlayer } from "./player.js";
import { mountProgress } from "./progress.js";
import { mountThumbnail } from "./thumbnail.js";

const MOUNTS = {
  chart: mountChart,
  legend: mountLegend,
  progress: mountProgress,
  formula: mountFormula,
  pictures: mountPictures,
  player: mountPlayer,
  guess: mountGuess,
  thumbnail: mountThumbnail,
  escape: mountEscape,
  course: mountCourse,
  files: mountFiles,
};

const leaving = new WeakMap(); // of each place the function that ends what is mounted there

export function mount(component) {
  const place = component.parentElement;
  // New data mounts anew, and Streamlit says so only when the place itself goes.
  leaving.get(place)?.();
  const leave = MOUNTS[component.data.kind](component);
  leaving.set(place, leave);
  return leave;
}
