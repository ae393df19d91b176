import type { Chooser, MakePicker } from "./parts.ts";

/** A menu of a message, as Slack has it: a list that can be searched, and nothing is chosen before Enter or a click. */
export function chooser(makePicker: MakePicker): Chooser {
  const box = document.querySelector<HTMLElement>("#chooser")!;
  const input = box.querySelector("input")!;
  const list = box.querySelector<HTMLElement>("[role=listbox]")!;
  const none = box.querySelector<HTMLElement>(".none")!;
  let button: HTMLButtonElement | undefined;
  let take: (value: string) => void = () => {};
  const picker = makePicker(input, list, (option) => {
    box.hidePopover();
    take(option.dataset["value"] ?? "");
  });
  input.addEventListener("input", () => (none.hidden = picker.narrow(input.value) > 0));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Tab") box.hidePopover();
    else if (picker.key(event.key)) event.preventDefault();
  });
  box.addEventListener("toggle", (event) => {
    const open = event instanceof ToggleEvent && event.newState === "open";
    button?.setAttribute("aria-expanded", String(open));
    if (open) return;
    if (box.contains(document.activeElement) || document.activeElement === document.body) button?.focus();
    list.replaceChildren();
  });

  /** Under the button, or above it where there is more room. */
  function place({ left, top, bottom }: DOMRect): void {
    const width = Math.min(440, innerWidth - 24);
    const below = innerHeight - bottom - 16;
    const above = top - 16;
    box.style.width = `${width}px`;
    box.style.left = `${Math.max(12, Math.min(left, innerWidth - width - 12))}px`;
    box.style.maxHeight = `${Math.min(360, Math.max(below, above))}px`;
    box.style.top = below >= Math.min(360, above) ? `${bottom + 4}px` : "auto";
    box.style.bottom = below >= Math.min(360, above) ? "auto" : `${innerHeight - top + 4}px`;
  }

  return {
    open(from, chosen) {
      button = from;
      take = chosen;
      const choices = from.parentElement?.querySelector("template")?.content.cloneNode(true);
      list.replaceChildren(...(choices ? [choices] : []));
      list.setAttribute("aria-label", from.textContent ?? "");
      input.value = "";
      none.hidden = picker.narrow("") > 0;
      place(from.getBoundingClientRect());
      box.showPopover();
      input.focus();
    },
  };
}
