// A row of files to take. What is pressed is asked for at its address and saved by the browser; where there is no
// file, a line under the row says why. Without this module the links work all the same.

import { element } from "./dom.js";
import { offer } from "./download.js";

const PATIENCE_MS = 600; // a file that comes sooner needs no word

export function mountFiles({ data, parentElement }) {
  const root = element(parentElement, "lab-files");
  const row = element(root, "lab-files-row");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", data.label);
  const said = element(root, "lab-files-said", "p");
  said.setAttribute("role", "status");
  data.files.forEach(({ label, name, address }, index) => {
    const link = row.children[index] ?? row.appendChild(document.createElement("a")); // the same keeps the focus
    Object.assign(link, { href: new URL(address, document.baseURI).href, download: name, title: name, textContent: label });
    link.onclick = (event) => {
      event.preventDefault();
      if (link.ariaBusy !== "true") taken(link, said);
    };
  });
  while (row.children.length > data.files.length) row.lastChild.remove();
  return () => {};
}

async function taken(link, said) {
  const label = link.textContent;
  said.textContent = "";
  link.ariaBusy = "true";
  const timer = setTimeout(() => (said.textContent = `Making the file: ${label} …`), PATIENCE_MS);
  try {
    const answer = await answered(link.href);
    offer(await answer.blob(), named(answer.headers.get("Content-Disposition")) ?? link.download);
    said.textContent = "";
  } catch (error) {
    said.textContent = `${label}: ${error.message}`;
  } finally {
    clearTimeout(timer);
    link.ariaBusy = null;
  }
}

async function answered(address) {
  const answer = await fetch(address).catch(() => {
    throw new Error("The app does not answer. Try again in a moment.");
  });
  if (answer.ok) return answer;
  throw new Error((await answer.text()) || "The app gives no such file.");
}

// The name of a file in the header that comes with it.
export function named(disposition) {
  return /filename="([^"]+)"/.exec(disposition ?? "")?.[1] ?? null;
}
