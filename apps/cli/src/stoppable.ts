const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** The exit code of a command that was stopped, as shells count: 128 and the signal's number. */
export class Stopped extends Error {
  readonly code: number;
  constructor(code: number) {
    super("stopped");
    this.code = code;
  }
}

/**
 * Runs `work` with a signal that Ctrl-C aborts. A terminal reaches the whole group of processes and a wrapper passes on what it got, so the same
 * request may come twice, and the second says nothing new. What is done by then is done: the answer counts.
 * @throws {Stopped} where `work` failed after it was asked to stop.
 */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const control = new AbortController();
  const stops = Object.entries(SIGNALS).map(([name, code]) => ({ name, stop: (): void => control.abort(new Stopped(code)) }));
  for (const { name, stop } of stops) process.on(name, stop);
  try {
    return await work(control.signal);
  } catch (error) {
    throw control.signal.aborted ? control.signal.reason : error;
  } finally {
    for (const { name, stop } of stops) process.off(name, stop);
  }
}
