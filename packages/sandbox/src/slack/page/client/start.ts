import type { Channel, Chooser, Composer, Parts, Update, Window } from "./parts.ts";

/**
 * What runs in the browser: puts the parts together, and listens to the workspace.
 * Like each part it is sent as the text of one function, so that the page needs no build of its own:
 * nothing from outside of a function may be used in it.
 */
export function start(parts: Parts): void {
  const as = document.body.dataset["as"] ?? "Ana";
  const place = document.body.dataset["in"] ?? "channel";
  const more = document.querySelector<HTMLElement>("nav .more");
  let seenElsewhere: number | undefined;
  const ask = parts.asking(as, place);
  const channel: Channel = place === "home" ? parts.home(as) : parts.channel();
  const chooser: Chooser = parts.chooser(parts.picker);
  const composer: Composer = place === "home" ? { notice } : parts.composer(parts.picker, ask, () => channel.toEnd());
  const modal: Window = parts.modal(ask);

  themed();
  listen();
  channel.list.addEventListener("click", (event) => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    const link = target.closest<HTMLAnchorElement>("a[href]");
    if (link && channel.follow(link.href)) return event.preventDefault();
    const button = target.closest<HTMLButtonElement>("button[data-action]");
    if (!button || button.ariaDisabled === "true") return;
    if (button.getAttribute("aria-haspopup") === "listbox") chooser.open(button, (value) => void pressed(button, value));
    else void pressed(button, undefined);
  });

  async function pressed(button: HTMLButtonElement, value: string | undefined): Promise<void> {
    const { action, block, confirm: question } = button.dataset;
    if (question !== undefined && !confirm(question)) return;
    const article = button.closest("article");
    const ts = article?.dataset["ts"];
    // A button that is really disabled would lose the focus.
    button.ariaDisabled = "true";
    button.classList.add("busy");
    channel.keepFocusOn(ts, action);
    const { error } = await ask("click", { message: ts, blockId: block, actionId: action, value });
    button.ariaDisabled = null;
    button.classList.remove("busy");
    // Meanwhile the message may have been replaced by its next state.
    const trouble = channel.article(ts)?.querySelector(".trouble");
    if (trouble) trouble.textContent = error === undefined ? "" : `That did not work: ${error}.`;
  }

  function notice(text: string): void {
    const line = document.querySelector("#notice");
    if (line) line.textContent = text;
  }

  function listen(): void {
    const events = new EventSource(`/_page/events?as=${as}&in=${place}`);
    events.addEventListener("message", ({ data }: MessageEvent<string>) => {
      composer.notice("");
      const update: Update = JSON.parse(data);
      channel.show(update);
      newsElsewhere(update.elsewhere);
      if (update.modal !== undefined) modal.show(update.modal);
    });
    events.addEventListener("error", () => {
      composer.notice("The local workspace has ended, or cannot be reached. This page goes on when it is back.");
    });
  }

  function newsElsewhere(count: number): void {
    seenElsewhere ??= count;
    if (!more) return;
    more.textContent = String(count - seenElsewhere);
    more.hidden = count <= seenElsewhere;
  }

  /** As the system has it, unless the reader has chosen. */
  function themed(): void {
    const root = document.documentElement;
    root.style.colorScheme = localStorage.getItem("theme") ?? "";
    document.querySelector("#theme")?.addEventListener("click", () => {
      const dark = root.style.colorScheme === "" ? matchMedia("(prefers-color-scheme: dark)").matches : root.style.colorScheme === "dark";
      const next = dark ? "light" : "dark";
      localStorage.setItem("theme", next);
      root.style.colorScheme = next;
    });
  }
}
