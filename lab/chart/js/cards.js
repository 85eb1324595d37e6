// A card for each lane of a run: its colour, its values, its accuracy, and in words what decides γ or why it stands still.

import { setLetters } from "./dom.js";
import { percent } from "./numbers.js";
import { told } from "./standing.js";

export function drawCards(place, lanes, streamed, swap) {
  while (place.childElementCount > lanes.length) place.lastChild.remove();
  lanes.forEach((lane, index) => {
    const card = place.children[index] ?? place.appendChild(made());
    const columns = streamed[lane.index];
    const news = told(columns, lane.adaptive);
    const put = (name, text) => {
      const part = card.querySelector(`.${name}`);
      if (part.dataset.text === text) return;
      part.dataset.text = text;
      setLetters(part, text);
    };
    card.style.setProperty("--lane", swap[lane.color] ?? lane.color);
    card.classList.toggle("still", Boolean(news?.warning));
    put("name", lane.label);
    put("values", lane.values ?? "");
    put("accuracy", percent(columns?.test_accuracy?.findLast((value) => value !== null)));
    put("news", news?.text ?? "no step yet");
  });
}

function made() {
  const card = document.createElement("div");
  card.className = "lab-lane";
  for (const name of ["name", "accuracy", "values", "news"]) {
    const part = card.appendChild(document.createElement("span"));
    part.className = name;
  }
  card.querySelector(".news").setAttribute("aria-live", "polite");
  return card;
}
