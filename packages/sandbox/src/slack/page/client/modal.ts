import type { Ask, Update, Window } from "./parts.ts";

/** The window that the app has opened. The browser's own dialog keeps the focus in it. */
export function modal(ask: Ask): Window {
  const dialog = document.querySelector("dialog")!;
  let shown: string | null = null;
  dialog.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest(".dismiss")) void ask("dismiss", {});
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    void ask("dismiss", {});
  });
  // A second Escape closes without asking.
  dialog.addEventListener("close", () => {
    if (shown !== null) void ask("dismiss", {});
  });
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitted();
  });

  dialog.addEventListener("change", ({ target }) => {
    const field = target instanceof Element ? target.closest<HTMLElement>(".field[data-dispatch]") : null;
    if (field) void ask("choose", { label: field.dataset["label"], values: valuesBy("label") }).then(({ error }) => trouble(error));
  });

  function fieldsIn(): HTMLElement[] {
    return [...dialog.querySelectorAll<HTMLElement>(".field")];
  }

  function valuesBy(name: "label" | "field"): Record<string, string | string[]> {
    return Object.fromEntries(fieldsIn().map((field) => [field.dataset[name] ?? "", valueOf(field)]));
  }

  function valueOf(field: HTMLElement): string | string[] {
    const boxes = boxesIn(field);
    return boxes.length > 0 ? boxes.filter(({ checked }) => checked).map(({ value }) => value) : (inputIn(field)?.value ?? "");
  }

  function boxesIn(field: HTMLElement): HTMLInputElement[] {
    return [...field.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  }

  /** What stood in a field stands there still, where the changed window has the same field with the same choice. */
  function keep(values: Record<string, string | string[]>): void {
    for (const field of fieldsIn()) {
      const value = values[field.dataset["field"] ?? ""];
      const input = inputIn(field);
      for (const box of boxesIn(field)) if (value !== undefined) box.checked = value.includes(box.value);
      if (!input || typeof value !== "string") continue;
      if (!(input instanceof HTMLSelectElement) || [...input.options].some((option) => option.value === value)) input.value = value;
    }
  }

  async function submitted(): Promise<void> {
    const id = shown;
    const fields = fieldsIn();
    const values = valuesBy("label");
    const button = dialog.querySelector<HTMLButtonElement>("button[type=submit]");
    busy(button, true);
    const { error, errors = {} } = await ask("submit", { values });
    if (shown !== id) return;
    busy(button, false);
    for (const field of fields) {
      const wrong = errors[field.dataset["block"] ?? ""] ?? "";
      const line = field.querySelector(".wrong");
      if (line) line.textContent = wrong;
      inputIn(field)?.setAttribute("aria-invalid", String(wrong !== ""));
      field.classList.toggle("invalid", wrong !== "");
    }
    dialog.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    trouble(error);
  }

  function trouble(error: string | undefined): void {
    const line = dialog.querySelector("form > .trouble");
    if (line) line.textContent = error === undefined ? "" : `We had some trouble connecting: ${error}. Try again?`;
  }

  function busy(button: HTMLButtonElement | null, is: boolean): void {
    if (!button) return;
    button.disabled = is;
    button.classList.toggle("busy", is);
  }

  function inputIn(field: HTMLElement): HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement | null {
    return field.querySelector<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("input, textarea, select");
  }

  return {
    show(next: Update["modal"]) {
      if (!next) {
        shown = null;
        if (dialog.open) dialog.close();
        dialog.replaceChildren();
      } else if (next.id !== shown) {
        // The id of the view, and its hash.
        const isSame = shown?.split(" ")[0] === next.id.split(" ")[0];
        const values = isSame ? valuesBy("field") : {};
        const focused = isSame ? document.activeElement?.closest<HTMLElement>(".field")?.dataset["field"] : undefined;
        shown = next.id;
        dialog.innerHTML = next.html;
        keep(values);
        if (!dialog.open) dialog.showModal();
        const field = fieldsIn().find((it) => it.dataset["field"] === focused);
        const input = field ? inputIn(field) : dialog.querySelector<HTMLElement>("textarea, input, select");
        input?.focus();
      }
    },
  };
}
