/**
 * What runs in the browser. It is sent as the text of this one function, so that it needs no build of its own:
 * nothing from outside of it may be used in it.
 */
export function client(): void {
  interface Update {
    readonly order: readonly string[];
    readonly changed: Readonly<Record<string, string>>;
    readonly modal?: { readonly id: string; readonly html: string } | null;
  }
  interface Outcome {
    readonly error?: string;
    readonly errors?: Readonly<Record<string, string>>;
  }

  const as = document.body.dataset["as"] ?? "Ana";
  const messages = need("#messages", HTMLElement);
  const modal = need("#window", HTMLDialogElement);
  const words = need("#words", HTMLInputElement);
  const commands = need("#commands", HTMLElement);
  const notice = need("#notice", HTMLElement);
  let shown: string | null = null;

  themed(localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  listen();
  need("#as", HTMLSelectElement).addEventListener("change", ({ currentTarget }) => {
    if (currentTarget instanceof HTMLSelectElement) location.search = `?as=${currentTarget.value}`;
  });
  need("#theme", HTMLButtonElement).addEventListener("click", () => {
    const next = document.documentElement.dataset["theme"] === "dark" ? "light" : "dark";
    localStorage.setItem("theme", next);
    themed(next);
  });
  messages.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button[data-action]") : null;
    if (button instanceof HTMLButtonElement) void pressed(button, undefined);
  });
  messages.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement) void pressed(target, target.value);
  });
  modal.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest(".dismiss")) void dismissed();
  });
  modal.addEventListener("cancel", (event) => {
    event.preventDefault();
    void dismissed();
  });
  modal.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitted();
  });
  need("#composer", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    void sent();
  });
  words.addEventListener("input", () => (commands.hidden = !/^\/\S*( \S*)?$/.test(words.value)));
  words.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") commands.hidden = true;
  });
  commands.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (!button) return;
    words.value = button.dataset["command"] ?? "";
    commands.hidden = true;
    words.focus();
  });

  function need<T extends Element>(selector: string, type: new () => T): T {
    const found = document.querySelector(selector);
    if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
    return found;
  }

  function themed(theme: string): void {
    document.documentElement.dataset["theme"] = theme;
  }

  function listen(): void {
    const events = new EventSource(`/_page/events?as=${as}`);
    events.addEventListener("message", ({ data }: MessageEvent<string>) => {
      notice.textContent = "";
      const update: Update = JSON.parse(data);
      show(update);
      if (update.modal !== undefined) showModal(update.modal);
    });
    events.addEventListener("error", () => {
      notice.textContent = "The local workspace has ended, or cannot be reached. This page goes on when it is back.";
    });
  }

  function show({ order, changed }: Update): void {
    const scroller = messages;
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
    if (order.length > 0) messages.querySelector(".waiting")?.remove();
    const there = new Map([...messages.querySelectorAll<HTMLElement>("article")].map((article) => [article.dataset["ts"] ?? "", article]));
    for (const [ts, article] of there) if (!order.includes(ts)) article.remove();
    let before: Element | null = null;
    for (const ts of order) {
      const html = changed[ts];
      let article: Element | undefined = there.get(ts);
      if (html !== undefined) {
        const template = document.createElement("template");
        template.innerHTML = html;
        const fresh = template.content.firstElementChild;
        if (fresh) {
          fresh.classList.add(article ? "changed" : "new");
          article?.replaceWith(fresh);
          article = fresh;
        }
      }
      if (!article) continue;
      if (article.previousElementSibling !== before || article.parentElement !== messages) {
        if (before) before.after(article);
        else messages.prepend(article);
      }
      before = article;
    }
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
  }

  function showModal(next: { readonly id: string; readonly html: string } | null): void {
    if (next === null) {
      shown = null;
      modal.close();
      modal.replaceChildren();
    } else if (next.id !== shown) {
      shown = next.id;
      modal.innerHTML = next.html;
      if (!modal.open) modal.showModal();
      modal.querySelector<HTMLElement>("textarea, input, select")?.focus();
    }
  }

  async function ask(what: string, body: object): Promise<Outcome> {
    try {
      const response = await fetch(`/_page/${what}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ as, ...body }),
      });
      const outcome: Outcome = await response.json();
      return outcome;
    } catch {
      return { error: "the local workspace cannot be reached" };
    }
  }

  async function pressed(control: HTMLButtonElement | HTMLSelectElement, value: string | undefined): Promise<void> {
    const question = control.dataset["confirm"];
    if (question !== undefined && !confirm(question)) return;
    const article = control.closest("article");
    const trouble = article?.querySelector(".trouble");
    control.disabled = true;
    control.classList.add("busy");
    const { error } = await ask("click", {
      message: article?.dataset["ts"],
      blockId: control.dataset["block"],
      actionId: control.dataset["action"],
      label: control instanceof HTMLButtonElement ? control.textContent : undefined,
      value,
    });
    control.disabled = false;
    control.classList.remove("busy");
    if (control instanceof HTMLSelectElement) control.value = "";
    if (trouble) trouble.textContent = error === undefined ? "" : `⚠️ That did not work: ${error}.`;
  }

  async function submitted(): Promise<void> {
    const fields = [...modal.querySelectorAll<HTMLElement>(".field")];
    const values = Object.fromEntries(fields.map((field) => [field.dataset["label"], inputIn(field).value]));
    const button = modal.querySelector<HTMLButtonElement>("button[type=submit]");
    if (button) button.disabled = true;
    const { error, errors = {} } = await ask("submit", { values });
    if (button) button.disabled = false;
    for (const field of fields) {
      const wrong = errors[field.dataset["block"] ?? ""] ?? "";
      const line = field.querySelector(".wrong");
      if (line) line.textContent = wrong;
      inputIn(field).setAttribute("aria-invalid", String(wrong !== ""));
      field.classList.toggle("invalid", wrong !== "");
    }
    modal.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    const trouble = modal.querySelector(".fields > .trouble");
    if (trouble) trouble.textContent = error === undefined ? "" : `⚠️ That did not work: ${error}.`;
  }

  function inputIn(field: HTMLElement): HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
    const input = field.querySelector("input, textarea, select");
    if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement || input instanceof HTMLSelectElement) return input;
    throw new Error("the field cannot be filled in");
  }

  async function dismissed(): Promise<void> {
    await ask("dismiss", {});
  }

  async function sent(): Promise<void> {
    const text = words.value.trim();
    if (text === "") return;
    commands.hidden = true;
    words.value = "";
    const { error } = await ask("say", { text });
    notice.textContent = error === undefined ? "" : `⚠️ ${text}: ${error}.`;
    messages.scrollTop = messages.scrollHeight;
  }
}
