import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";

/** What may stand in a file instead, whose path `<name>_FILE` says: containers and systemd hand out secrets so. */
export const FROM_FILES = ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "POSTURE_STORE"] as const;
type FromFile = (typeof FROM_FILES)[number];

export interface Taken {
  /** The environment with what the files hold, and without the names of files. */
  readonly env: NodeJS.ProcessEnv;
  /** By setting: why its file gives nothing. Never what is in it. */
  readonly problems: ReadonlyMap<string, string>;
}

/** More is a file that was not meant. In bytes. */
const LONGEST = 65_536;

/** Takes from files what the environment says is there. `read` is Node's own but in tests. */
export function takenFromFiles(env: NodeJS.ProcessEnv, read: (path: string) => string = contentOf): Taken {
  const taken = { ...env };
  const problems = new Map<string, string>();
  for (const name of FROM_FILES) {
    const path = env[`${name}_FILE`] ?? "";
    delete taken[`${name}_FILE`];
    if (path === "") continue;
    const { value, problem } = valueOf(name, env[name] ?? "", path, read);
    if (problem !== undefined) problems.set(name, `${name}_FILE: ${problem}`);
    else taken[name] = value;
  }
  return { env: taken, problems };
}

type Value = { readonly value: string; readonly problem?: never } | { readonly problem: string; readonly value?: never };

function valueOf(name: FromFile, beside: string, path: string, read: (path: string) => string): Value {
  if (beside !== "") return { problem: `${name} is set as well; leave one of them out` };
  // Whoever put the secret itself there must not find it in the log.
  if (!isAbsolute(path)) return { problem: "it has to be the absolute path of a file" };
  try {
    const value = read(path).trim();
    return value === "" ? { problem: `the file ${path} is empty` } : { value };
  } catch (error) {
    return { problem: `the file ${path} cannot be read: ${causeOf(error)}` };
  }
}

function contentOf(path: string): string {
  const content = readFileSync(path);
  if (content.length > LONGEST) throw new Error("it is too long to be a secret");
  return content.toString("utf8");
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: "it is not there",
  EACCES: "this user may not read it",
  EISDIR: "it is a folder",
};

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  return CAUSES[code] ?? (code === "" ? error.message : code);
}
