import type { Channel, Update } from "./parts.ts";

/** The app's Home tab, in the place of the messages. */
export function home(as: string): Channel {
  const place = document.querySelector<HTMLElement>("#home")!;
  let focus: string | undefined;

  /** Drawn anew; whoever works with the keyboard goes on where they were. */
  function show({ home: html }: Update): void {
    if (html === undefined) return;
    const { scrollTop } = place;
    const hadFocus = place.contains(document.activeElement) && document.activeElement !== place;
    place.innerHTML = html;
    place.scrollTop = scrollTop;
    const control = focus === undefined ? null : place.querySelector<HTMLElement>(`[data-action="${CSS.escape(focus)}"]`);
    if (hadFocus) (control ?? place).focus({ preventScroll: true });
  }

  /** A message is in the channel, or in direct messages: whoever looks stays who they are. */
  function follow(address: string): boolean {
    const { origin, pathname } = new URL(address);
    const [, whole, part] = /^\/archives\/\w+\/p(\d{10})(\d{6})$/.exec(pathname) ?? [];
    if (origin !== location.origin || whole === undefined) return false;
    location.assign(`/?as=${as}#m-${whole}.${part}`);
    return true;
  }

  return {
    list: place,
    show,
    follow,
    toEnd: () => {},
    article: () => place.querySelector("article") ?? undefined,
    keepFocusOn: (_, action) => void (focus = action),
  };
}
