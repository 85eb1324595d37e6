// The one component. A chart keeps its DOM node, its zoom and its hidden traces from the first point to the last:
// every change goes through Plotly.react on the same element. The files of this folder are joined into one module,
// this one first; `kind` says what to mount.

const shared = (window.samSpsLab ??= { streams: new Map(), plotly: null, hidden: new Set(), redraws: new Set(), styled: null });

const leaving = new WeakMap(); // of each place the function that ends what is mounted there

export default function (component) {
  const place = component.parentElement;
  if (!shared.styled) {
    shared.styled = document.head.appendChild(document.createElement("style"));
    shared.styled.textContent = CHART_CSS;
  }
  // New data mounts anew, and Streamlit says so only when the place itself goes.
  leaving.get(place)?.();
  const leave = MOUNTS[component.data.kind](component);
  leaving.set(place, leave);
  return leave;
}

function element(parent, name, tag = "div") {
  const found = parent.querySelector(`:scope > .${name}`);
  if (found) return found;
  const made = document.createElement(tag);
  made.className = name;
  parent.append(made);
  return made;
}

// What an address of the app answers; null where it answers nothing: the run is gone, or the app is.
async function fetchedJson(address) {
  try {
    const answer = await fetch(new URL(address, document.baseURI));
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
