import type { Channel, Update } from "./parts.ts";

/** The messages, the lines between the days, and where the reader is in them. */
export function channel(): Channel {
  const scroller = document.querySelector<HTMLElement>("#messages")!;
  const list = scroller.querySelector<HTMLElement>(".list")!;
  const jump = document.querySelector<HTMLButtonElement>("#jump")!;
  const title = document.title;
  const articles = new Map<string, HTMLElement>();
  const days = new Map<string, HTMLElement>();
  /** What stands under a message that was replied to, by its ts; and whose replies are shown. */
  const bars = new Map<string, HTMLButtonElement>();
  const opened = new Set<string>();
  let told: readonly string[] = [];
  const line = lineWith("unread", "New");
  let unread: string[] = [];
  let first = true;
  /** The reader is at the end, and stays there. */
  let following = true;
  let focus: { readonly ts: string; readonly action: string } | undefined;

  scroller.addEventListener("scroll", () => {
    following = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
    if (following) read();
  });
  new ResizeObserver(() => following && toEnd()).observe(scroller);
  document.addEventListener("visibilitychange", () => following && read());
  jump.addEventListener("click", () => {
    if (line.isConnected) line.scrollIntoView({ block: "start" });
    else toEnd();
    read();
    scroller.focus({ preventScroll: true });
  });
  addEventListener("hashchange", () => void follow(location.href));

  function show({ order, changed }: Update): void {
    for (const [ts, article] of articles) {
      if (order.includes(ts)) continue;
      article.remove();
      articles.delete(ts);
    }
    const fresh = order.filter((ts) => changed[ts] !== undefined && !articles.has(ts));
    for (const [ts, html] of Object.entries(changed)) draw(ts, html);
    const inChannel = fresh.filter((ts) => parentOf(ts) === undefined || isBroadcast(ts));
    if (inChannel.length > 0 && !first) arrived(inChannel);
    told = order;
    arrange(order);
    if (following) toEnd();
    if (first && location.hash !== "") follow(location.href);
    first = false;
    scroller.classList.add("told");
  }

  function draw(ts: string, html: string): void {
    const template = document.createElement("template");
    template.innerHTML = html;
    const article = template.content.firstElementChild;
    if (!(article instanceof HTMLElement)) return;
    const old = articles.get(ts);
    articles.set(ts, article);
    if (!first) article.classList.add(old ? "changed" : "new");
    if (!old) return;
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(article);
    if (hadFocus || (focus?.ts === ts && document.activeElement === document.body)) refocus(article);
  }

  function parentOf(ts: string): string | undefined {
    const parent = articles.get(ts)?.dataset["thread"];
    return parent !== undefined && articles.has(parent) ? parent : undefined;
  }
  function isBroadcast(ts: string): boolean {
    return articles.get(ts)?.classList.contains("broadcast") ?? false;
  }

  /** How many replies there are, and what shows or hides them. */
  function barOf(parent: string, replies: readonly string[]): HTMLElement {
    const known = bars.get(parent);
    const bar = known ?? document.createElement("button");
    bars.set(parent, bar);
    if (!known) {
      bar.type = "button";
      bar.className = "thread";
      bar.append(document.createElement("b"), document.createElement("span"));
      bar.addEventListener("click", () => {
        if (!opened.delete(parent)) opened.add(parent);
        following = false;
        arrange(told);
      });
    }
    const isOpen = opened.has(parent);
    const last = new Date(Number(replies.at(-1)) * 1000).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
    bar.ariaExpanded = String(isOpen);
    bar.children[0]!.textContent = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
    bar.children[1]!.textContent = isOpen ? "Hide the thread" : `Last reply at ${last}`;
    if (known && bar.dataset["last"] !== replies.at(-1)) {
      bar.classList.remove("new");
      requestAnimationFrame(() => bar.classList.add("new"));
    }
    bar.dataset["last"] = replies.at(-1);
    return bar;
  }

  /** Whoever works with the keyboard goes on where they were. */
  function refocus(article: HTMLElement): void {
    const action = focus?.ts === article.dataset["ts"] ? focus?.action : undefined;
    const control = action === undefined ? null : article.querySelector<HTMLElement>(`[data-action="${CSS.escape(action)}"]`);
    (control ?? article).focus({ preventScroll: true });
  }

  function arrived(fresh: readonly string[]): void {
    if (following && !document.hidden) return void (unread = []);
    unread = [...unread, ...fresh];
  }

  function read(): void {
    if (document.hidden) return;
    unread = [];
    label();
  }

  function label(): void {
    const count = unread.length;
    jump.hidden = count === 0;
    jump.textContent = `↓ ${count} new ${count === 1 ? "message" : "messages"}`;
    document.title = count === 0 ? title : `(${count}) ${title}`;
  }

  function arrange(order: readonly string[]): void {
    const wanted: Element[] = [];
    let day = "";
    const [firstUnread] = unread;
    const threads = Map.groupBy(order, parentOf);
    for (const ts of order) {
      const article = articles.get(ts);
      if (!article) continue;
      const itsDay = new Date(Number(ts) * 1000).toDateString();
      if (itsDay !== day && !article.classList.contains("reply")) {
        day = itsDay;
        wanted.push(dayLine(day));
      }
      if (ts === firstUnread) wanted.push(line);
      const parent = parentOf(ts);
      const replies = parent === undefined ? [] : (threads.get(parent) ?? []);
      if (parent !== undefined && replies[0] === ts) wanted.push(barOf(parent, replies));
      if (parent === undefined || opened.has(parent) || isBroadcast(ts)) wanted.push(article);
    }
    wanted.forEach((node, at) => {
      if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
    });
    while (list.children.length > wanted.length) list.lastElementChild?.remove();
    label();
  }

  function dayLine(day: string): HTMLElement {
    const known = days.get(day);
    const made = known ?? lineWith("day", "");
    days.set(day, made);
    const away = Math.round((Date.parse(new Date().toDateString()) - Date.parse(day)) / 86_400_000);
    const long = new Date(day).toLocaleDateString("en-US", { weekday: "long", month: "long", day: "numeric" });
    made.firstElementChild!.textContent = away === 0 ? "Today" : away === 1 ? "Yesterday" : long;
    return made;
  }

  function lineWith(className: string, text: string): HTMLElement {
    const made = document.createElement("div");
    made.className = `line ${className}`;
    made.setAttribute("role", "separator");
    made.append(document.createElement("span"));
    made.firstElementChild!.textContent = text;
    return made;
  }

  function follow(address: string): boolean {
    const { origin, pathname, hash } = new URL(address);
    const [, whole, part] = /^\/archives\/\w+\/p(\d{10})(\d{6})$/.exec(pathname) ?? /^#m-(\d{10})\.(\d{6})$/.exec(hash) ?? [];
    const article = articles.get(`${whole}.${part}`);
    if (origin !== location.origin || !article) return false;
    const parent = parentOf(`${whole}.${part}`);
    if (parent !== undefined && !article.isConnected) {
      opened.add(parent);
      arrange(told);
    }
    article.scrollIntoView({ block: "start" });
    article.focus({ preventScroll: true });
    article.classList.remove("new", "changed", "found");
    requestAnimationFrame(() => article.classList.add("found"));
    return true;
  }

  function toEnd(): void {
    following = true;
    scroller.scrollTop = scroller.scrollHeight;
  }

  return {
    list,
    show,
    follow,
    toEnd,
    article: (ts) => articles.get(ts ?? ""),
    keepFocusOn: (ts, action) => void (focus = ts !== undefined && action !== undefined ? { ts, action } : undefined),
  };
}
