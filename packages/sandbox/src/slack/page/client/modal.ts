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

  async function submitted(): Promise<void> {
    const id = shown;
    const fields = [...dialog.querySelectorAll<HTMLElement>(".field")];
    const values = Object.fromEntries(fields.map((field) => [field.dataset["label"], inputIn(field)?.value ?? ""]));
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
    const trouble = dialog.querySelector("form > .trouble");
    if (trouble) trouble.textContent = error === undefined ? "" : `We had some trouble connecting: ${error}. Try again?`;
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
        shown = next.id;
        dialog.innerHTML = next.html;
        if (!dialog.open) dialog.showModal();
        dialog.querySelector<HTMLElement>("textarea, input, select")?.focus();
      }
    },
  };
}
