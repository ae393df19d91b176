import { z } from "zod";

/** The arguments of a call of Slack's Web API, whichever way they came. */
export type Arguments = Readonly<Record<string, unknown>>;

/** In a form these are JSON inside of a string: https://docs.slack.dev/apis/web-api/ */
const NESTED = ["blocks", "view", "metadata", "attachments", "files"];

/** `null`: it cannot be read, or is something that only the emulator reads. */
export function argumentsOf(contentType: string, body: string): Arguments | null {
  const given = contentType.includes("json")
    ? parsed(body)
    : contentType.includes("urlencoded")
      ? Object.fromEntries(new URLSearchParams(body))
      : null;
  const record = z.record(z.string(), z.unknown()).safeParse(given ?? {});
  if (!record.success) return null;
  return Object.fromEntries(
    Object.entries(record.data).map(([name, value]) => [
      name,
      NESTED.includes(name) && typeof value === "string" ? (parsed(value) ?? value) : value,
    ]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** An argument that is text. */
export function text(given: Arguments, name: string): string | undefined {
  const value = given[name];
  return typeof value === "string" ? value : undefined;
}
