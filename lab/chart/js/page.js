// What the browser should do on every page: Back leads to the page before, and the keyboard keeps its place.

const ROW = ".st-key-buttons"; // buttons that take each other's places

// Streamlit makes an entry of the history for every new value in the address: one for each page is enough.
export function onePagePerEntry(history = window.history, place = window.location) {
  const push = history.pushState;
  history.pushState = function (state, title, url) {
    const stays = new URL(url ?? place.href, place.href).pathname === place.pathname;
    return stays ? history.replaceState(state, title, url) : push.call(history, state, title, url);
  };
}

// Where the button that has the focus goes, the first of its row that can be pressed takes it.
export function keepFocus(page = document) {
  let row = null;
  const observer = new MutationObserver(() => {
    if (row && page.activeElement === page.body) row.querySelector("button:not(:disabled)")?.focus({ preventScroll: true });
  });
  const leave = () => {
    row = null;
    observer.disconnect();
  };
  page.addEventListener("focusin", ({ target }) => {
    leave();
    row = target.closest(ROW);
    if (row) observer.observe(row, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
  });
  page.addEventListener("pointerdown", ({ target }) => row && !row.contains(target) && leave());
}
