/** Filters and opens. It reads what is there and adds no markup; it runs in a browser, so it is text here, and tested in one. */
export const SCRIPT: string = String.raw`"use strict";
(() => {
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const items = [...document.querySelectorAll(".item")];
  const texts = new Map();
  const choices = ["status", "category", "account", "region", "assignee"];
  const valuesOf = (item, name) => item.dataset[name].split(" ").filter(Boolean);
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  for (const name of choices) {
    const all = [...new Set(items.flatMap((item) => valuesOf(item, name)))].sort();
    for (const value of all) form.elements[name].append(new Option(value, value));
    form.elements[name].disabled = all.length < 2;
  }
  const show = () => {
    const data = new FormData(form);
    const severities = new Set(data.getAll("severity"));
    const words = String(data.get("text")).toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = choices.map((name) => [name, data.get(name)]).filter(([, value]) => value);
    let shown = 0;
    for (const item of items) {
      const fits =
        severities.has(item.dataset.severity) &&
        wanted.every(([name, value]) => valuesOf(item, name).includes(value)) &&
        (words.length === 0 || words.every((word) => textOf(item).includes(word)));
      if (item.hidden === fits) item.hidden = !fits;
      if (fits) shown += 1;
    }
    const number = (value) => value.toLocaleString("en");
    count.textContent = shown === items.length ? "All " + number(shown) + " are shown." : number(shown) + " of " + number(items.length) + " are shown.";
  };
  let due = 0;
  const showSoon = () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(show);
  };
  form.addEventListener("input", showSoon);
  form.addEventListener("reset", showSoon);
  form.addEventListener("submit", (event) => event.preventDefault());
  const opened = (item) => item.firstElementChild;
  document.getElementById("open").addEventListener("click", () => {
    for (const item of items.filter((it) => !it.hidden).slice(0, 100)) opened(item).open = true;
  });
  document.getElementById("close").addEventListener("click", () => {
    for (const item of items) opened(item).open = false;
  });
  const follow = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") target.open = true;
  };
  addEventListener("hashchange", follow);
  follow();
  form.hidden = items.length === 0;
  if (items.length > 0) show();
})();
`;
