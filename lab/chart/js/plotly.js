// Plotly.js: loaded once a page, as a script of its own.

import { rememberArrays } from "./arrays.js";
import { PLOTLY_URL } from "./constants.js";

// Nothing leaves the page: Plotly's button for its cloud is not offered.
export const PLOT_CONFIG = {
  displaylogo: false,
  responsive: true,
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d", "sendChartToCloud"],
};
// The way back from a zoom into a live chart leads to all of the data, not to the ranges that it had while it was empty.
export const LIVE_CONFIG = {
  ...PLOT_CONFIG,
  doubleClick: "autosize",
  modeBarButtonsToRemove: ["lasso2d", "select2d", "resetScale2d", "sendChartToCloud"],
};

let loading = null;

export function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(PLOTLY_URL, document.baseURI).href;
    script.onload = () => resolve(rememberArrays(window.Plotly));
    script.onerror = () => reject(new Error("Plotly.js could not be loaded"));
    document.head.append(script);
  });
  return loading;
}
