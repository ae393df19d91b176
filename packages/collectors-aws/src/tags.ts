import { present } from "@posture/aws-access";
import type { Call } from "@posture/core";

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** AWS leaves the tags out of what has none. */
export function tagsIn(tags: readonly Tag[] | undefined, call: Call): Record<string, string> {
  return tags ? Object.fromEntries(tags.map(({ Key, Value }) => [present(Key, "Key", call), Value ?? ""])) : {};
}
