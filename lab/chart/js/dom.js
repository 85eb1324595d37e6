// What several modules need of the page.

// The child of `parent` with that class, made if it is not there.
export function element(parent, name, tag = "div") {
  const found = parent.querySelector(`:scope > .${name}`);
  if (found) return found;
  const made = document.createElement(tag);
  made.className = name;
  parent.append(made);
  return made;
}

// Text whose subscripts are written γ_b, with these set low.
export function setLetters(place, text) {
  const parts = text.split(/(?<=[A-Za-zγρℓ*])_(\w+)/);
  place.replaceChildren(...parts.map((part, i) => (i % 2 ? Object.assign(document.createElement("sub"), { textContent: part }) : part)));
}

// A row of a table, of cells of one kind.
export function tableRow(tag, cells) {
  const made = document.createElement("tr");
  for (const cell of cells) made.appendChild(document.createElement(tag)).textContent = cell;
  return made;
}

// A new element of an SVG, at the end of `parent`.
export function node(parent, tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

// What an address of the app answers; null where it answers nothing: the run is gone, or the app is.
export async function fetchedJson(address) {
  try {
    const answer = await fetch(new URL(address, document.baseURI));
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
