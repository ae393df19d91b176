import type { Ask, Composer, MakePicker } from "./parts.ts";

/** The box at the bottom, with what can be typed after a slash. */
export function composer(makePicker: MakePicker, ask: Ask, sent: () => void): Composer {
  const form = document.querySelector<HTMLFormElement>("#composer")!;
  const words = form.querySelector("input")!;
  const commands = form.querySelector<HTMLElement>("#commands")!;
  const line = document.querySelector<HTMLElement>("#notice")!;
  const picker = makePicker(words, commands.querySelector<HTMLElement>("[role=listbox]")!, (option) => {
    words.value = option.dataset["value"] ?? "";
    suggest(false);
    words.focus();
  });
  words.addEventListener("input", () => suggest(words.value.startsWith("/")));
  words.addEventListener("blur", () => suggest(false));
  words.addEventListener("focus", () => suggest(words.value.startsWith("/")));
  words.addEventListener("keydown", (event) => {
    if (commands.hidden) return;
    if (event.key === "Escape") suggest(false);
    else if (!picker.key(event.key)) return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });

  function suggest(wanted: boolean): void {
    const open = picker.narrow(words.value) > 0 && wanted;
    commands.hidden = !open;
    words.setAttribute("aria-expanded", String(open));
  }

  async function send(): Promise<void> {
    const text = words.value.trim();
    if (text === "") return;
    words.value = "";
    suggest(false);
    sent();
    const { error } = await ask("say", { text });
    if (error === undefined) return;
    line.textContent = `${text}: ${error}.`;
    if (words.value === "") words.value = text;
  }

  return { notice: (text) => void (line.textContent = text) };
}
