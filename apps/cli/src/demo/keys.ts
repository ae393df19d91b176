import { createInterface, emitKeypressEvents } from "node:readline";

/** What is typed while the demo runs. */
export interface Keys {
  /** Comes at `q`, and at Ctrl-C where the terminal sends it as a key. */
  readonly ended: Promise<void>;
  /** The terminal is as it was. */
  close(): void;
}

/** Single keys of a terminal; of anything else, lines. */
export function listenToKeys(typed: (key: string) => void): Keys {
  const { stdin } = process;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const take = (key: string): void => (key === "q" ? end() : typed(key));
  if (!stdin.isTTY) {
    const lines = createInterface({ input: stdin });
    lines.on("line", (line) => take(line.trim().toLowerCase()));
    return { ended, close: () => lines.close() };
  }
  const pressed = (_: string | undefined, key: { readonly name?: string; readonly ctrl: boolean }): void => {
    if (key.ctrl && (key.name === "c" || key.name === "d")) end();
    else if (!key.ctrl && key.name !== undefined) take(key.name);
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on("keypress", pressed);
  stdin.resume();
  return {
    ended,
    close() {
      stdin.off("keypress", pressed);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
