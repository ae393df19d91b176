import { LogLevel, type Logger as BoltLogger } from "@slack/bolt";
import type { Logger } from "pino";

/** Bolt and the Web API client log through ours. What they say in passing is for debugging only. */
export function boltLogger(log: Logger): BoltLogger {
  const text = (parts: unknown[]): string => parts.map(String).join(" ");
  return {
    debug: (...parts) => log.trace(text(parts)),
    info: (...parts) => log.debug(text(parts)),
    // The client warns of what its caller decides anyway, such as a rate limit.
    warn: (...parts) => log.debug(text(parts)),
    error: (...parts) => log.warn(text(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
