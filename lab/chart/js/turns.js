// When to draw: what is in view first, and so that the browser can paint in between.

// Charts in view are drawn first, the others in a task of their own; live ones out of view seldom.
export function inView(root) {
  const { top, bottom } = root.getBoundingClientRect();
  return top < window.innerHeight && bottom > 0;
}

// Ahead of what Streamlit has to do, but after the browser had a chance to paint; gives the way to call it off.
export function soon(run) {
  if (!window.scheduler) {
    const timer = setTimeout(run, 0);
    return () => clearTimeout(timer);
  }
  const task = new AbortController();
  window.scheduler.postTask(run, { priority: "user-blocking", signal: task.signal }).catch(() => {});
  return () => task.abort();
}

// When the charts that are to be drawn now are in the next picture.
export function afterDrawing(run) {
  const inPicture = () => requestAnimationFrame(run);
  if (!window.scheduler) setTimeout(inPicture, 0);
  else window.scheduler.postTask(inPicture, { priority: "user-visible" }).catch(() => {});
}
