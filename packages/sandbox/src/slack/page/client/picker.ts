import type { Picker } from "./parts.ts";

/** https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
export function picker(input: HTMLInputElement, list: HTMLElement, chosen: (option: HTMLElement) => void): Picker {
  let active: HTMLElement | undefined;
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const option = target instanceof Element ? target.closest<HTMLElement>("[role=option]") : null;
    if (option) chosen(option);
  });

  function options(): HTMLElement[] {
    return [...list.querySelectorAll<HTMLElement>("[role=option]")].filter(({ hidden }) => !hidden);
  }

  function activate(next: HTMLElement | undefined): void {
    active?.setAttribute("aria-selected", "false");
    active = next;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function step(by: number): void {
    const all = options();
    const at = active ? all.indexOf(active) : by > 0 ? -1 : 0;
    activate(all[(at + by + all.length) % all.length]);
  }

  return {
    narrow(words) {
      const wanted = words.trim().toLowerCase();
      for (const option of list.querySelectorAll<HTMLElement>("[role=option]")) {
        option.hidden = !(option.dataset["find"] ?? option.textContent ?? "").toLowerCase().includes(wanted);
      }
      activate(undefined);
      return options().length;
    },
    key(key) {
      if (key === "ArrowDown") step(1);
      else if (key === "ArrowUp") step(-1);
      else if (key === "Tab") {
        const [only] = options();
        if (!active && !only) return false;
        chosen(active ?? only!);
      } else if (key === "Enter" && active) chosen(active);
      else return false;
      return true;
    },
    clear: () => activate(undefined),
  };
}
