/** Calls back after so many milliseconds; answers what calls it off. */
export type After = (milliseconds: number, done: () => void) => () => void;

/** By this machine's clock. */
export const byTheClock: After = (milliseconds, done) => {
  const timer = setTimeout(done, milliseconds);
  return () => clearTimeout(timer);
};

/** So far may this clock be ahead of Slack's: with one that is further off, not even Slack's requests are taken. In seconds. */
export const CLOCKS_APART = 360;
