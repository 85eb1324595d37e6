// A click in a chart, as a point of its axes.

const CLICK_PIXELS = 5; // a press that moves further is a drag, which zooms

// Calls `tell` with [x, y] at each click between the axes of a chart.
export function watchClicks(chart, tell) {
  const press = (event) => {
    const layer = event.target;
    if (event.button || !layer.classList.contains("nsewdrag")) return;
    const release = ({ clientX, clientY }) => {
      if (Math.hypot(clientX - event.clientX, clientY - event.clientY) > CLICK_PIXELS) return;
      const box = layer.getBoundingClientRect();
      const { xaxis, yaxis } = chart._fullLayout;
      tell([xaxis.p2d(clientX - box.left), yaxis.p2d(clientY - box.top)]);
    };
    window.addEventListener("pointerup", release, { once: true });
  };
  chart.addEventListener("pointerdown", press, true);
}
