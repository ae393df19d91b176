import { type Actor, type Basis, conforms, type Finding, type Instant, type Json, postureError, problemOf } from "@posture/core";
import { type CommandServer, sendCommand, serveCommands } from "@posture/store-lowdb";
import { z } from "zod";
import * as said from "./command-shapes.ts";
import { digestOf, type PreviewDigest } from "./digest.ts";
import type { ExportNote } from "./noting.ts";
import type { DecisionAnswer, LiftAnswer, Posture, Recheck, SuppressAnswer, SuppressionListed, SuppressWish } from "./posture.ts";

type Person = Extract<Actor, { readonly kind: "user" }>;

/** What people typed to say what they mean: a finding, or a rule. */
export type SuppressTarget = { readonly typed: string } | { readonly rule: Extract<SuppressWish, { readonly rule: unknown }>["rule"] };
export interface SuppressInput {
  readonly target: SuppressTarget;
  readonly justification: string;
  readonly basis?: Basis;
  readonly ticket?: string;
  /** Left out: as long as the configuration says. */
  readonly expiresAt?: Instant;
  readonly by: Person;
}
/** What came of it, small enough for a line. */
export type Suppressed =
  | { readonly kind: "suppressed"; readonly listed: SuppressionListed; readonly preview: PreviewDigest }
  | Extract<SuppressAnswer, { readonly kind: "refused" }>;
export interface Decided {
  readonly suppressionId: string;
  readonly answer: DecisionAnswer;
}

/** `changed`: it was not so before. */
export interface Assigned {
  readonly id: string;
  readonly changed: boolean;
  /** As it is now. */
  readonly finding: Finding;
}

/** What a command line asks of whoever holds the store, and what it is answered. */
export interface Commands {
  readonly recheck: { readonly input: { readonly typed: string; readonly by: Person }; readonly answer: Recheck };
  readonly preview: { readonly input: { readonly target: SuppressTarget }; readonly answer: PreviewDigest };
  readonly suppress: { readonly input: SuppressInput; readonly answer: Suppressed };
  readonly lift: {
    readonly input: { readonly typed: string; readonly by: Person };
    readonly answer: { readonly listed: SuppressionListed; readonly answer: LiftAnswer };
  };
  readonly approve: { readonly input: { readonly typed: string; readonly by: Person }; readonly answer: Decided };
  readonly decline: { readonly input: { readonly typed: string; readonly by: Person }; readonly answer: Decided };
  readonly extend: {
    readonly input: { readonly typed: string; readonly expiresAt: Instant; readonly by: Person };
    readonly answer: Decided;
  };
  readonly assign: {
    /** `assignee`: `null` is nobody. */
    readonly input: { readonly typed: string; readonly assignee: string | null; readonly by: Person };
    readonly answer: Assigned;
  };
  readonly "note-export": { readonly input: ExportNote & { readonly by: Person }; readonly answer: { readonly noted: true } };
}
export type CommandName = keyof Commands;

interface Command<I, A> {
  readonly input: z.ZodType<I>;
  readonly answer: z.ZodType<A>;
  run(posture: Posture, input: I): Promise<A>;
}
interface Served<I, A> extends Command<I, A> {
  /** The same from line to line. */
  serve(posture: Posture, given: Json): Promise<Json>;
}

function command<I, A>(it: Command<I, A>): Served<I, A> {
  return {
    ...it,
    async serve(posture, given) {
      const input = it.input.safeParse(given);
      if (!input.success)
        throw postureError("POSTURE_STORE_SILENT", {
          place: posture.store.place,
          cause: `it does not know the command (${z.prettifyError(input.error)})`,
        });
      const answer: unknown = JSON.parse(JSON.stringify(await it.run(posture, input.data)));
      return z.json().parse(answer);
    },
  };
}

const COMMANDS: { readonly [N in CommandName]: Served<Commands[N]["input"], Commands[N]["answer"]> } = {
  recheck: command({
    input: said.named,
    answer: said.recheck,
    run: async (posture, { typed, by }) => posture.recheck((await posture.find(typed)).finding.fingerprint, by),
  }),
  preview: command({
    input: z.object({ target: said.target }),
    answer: said.preview,
    run: async (posture, { target }) => digestOf(await posture.preview(await scopeOf(posture, target))),
  }),
  suppress: command({
    input: said.suppress,
    answer: said.suppressed,
    async run(posture, { target, ...wish }) {
      const scope = await scopeOf(posture, target);
      const { limits } = await posture.preview(scope);
      const answer = await posture.suppress({ ...scope, ...wish });
      if (answer.kind === "refused") return answer;
      const { suppression, preview } = answer;
      return { kind: "suppressed", listed: await posture.suppressionNamed(suppression.id), preview: digestOf({ preview, limits }) };
    },
  }),
  lift: command({
    input: said.named,
    answer: said.lifted,
    async run(posture, { typed, by }) {
      const listed = await posture.suppressionNamed(typed);
      return { listed, answer: await posture.lift(listed.suppression.id, by) };
    },
  }),
  approve: command({
    input: said.named,
    answer: said.decided,
    run: (posture, { typed, by }) => decided(posture, typed, (id) => posture.approve(id, by)),
  }),
  decline: command({
    input: said.named,
    answer: said.decided,
    run: (posture, { typed, by }) => decided(posture, typed, (id) => posture.decline(id, by)),
  }),
  extend: command({
    input: said.extend,
    answer: said.decided,
    run: (posture, { typed, expiresAt, by }) => decided(posture, typed, (id) => posture.extend(id, expiresAt, by)),
  }),
  assign: command({
    input: said.assign,
    answer: said.assigned,
    async run(posture, { typed, assignee, by }) {
      const { id, finding } = await posture.find(typed);
      const answer = await posture.assign(finding.fingerprint, assignee, by);
      if (answer.kind === "refused") throw postureError("POSTURE_FINDING_UNKNOWN", { id: typed });
      return { id, changed: answer.changed, finding: answer.finding };
    },
  }),
  "note-export": command({
    input: said.exportNote,
    answer: said.noted,
    run: async (posture, note) => {
      await posture.noteExport(note);
      return { noted: true };
    },
  }),
};

async function scopeOf(
  posture: Posture,
  target: SuppressTarget,
): Promise<{ readonly fingerprint: string } | Exclude<SuppressTarget, { typed: string }>> {
  return "typed" in target ? { fingerprint: (await posture.find(target.typed)).finding.fingerprint } : target;
}

async function decided(posture: Posture, typed: string, decide: (id: string) => Promise<DecisionAnswer>): Promise<Decided> {
  const { suppression } = await posture.suppressionNamed(typed);
  return { suppressionId: suppression.id, answer: await decide(suppression.id) };
}

/** Does what a command line asks, in the process that holds the store. */
export function perform<N extends CommandName>(posture: Posture, name: N, input: Commands[N]["input"]): Promise<Commands[N]["answer"]> {
  return COMMANDS[name].run(posture, input);
}

const envelope = z.object({ op: z.string() });

/**
 * Answers the commands of command lines while this process holds the store: they go through it, since only one process writes.
 * @throws {PostureError} POSTURE_STORE_LOCKED, POSTURE_STORE_UNREADABLE
 */
export function serveStore(posture: Posture): Promise<CommandServer> {
  const { place } = posture.store;
  return serveCommands(place, async (given): Promise<Json> => {
    const asked = envelope.safeParse(given);
    const name = asked.success ? asked.data.op : "";
    if (!isCommand(name))
      throw postureError("POSTURE_STORE_SILENT", { place, cause: `it does not know the command ${JSON.stringify(name)}` });
    return COMMANDS[name].serve(posture, given);
  });
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/**
 * Has the process that holds the store do it. `null`: nobody holds it, so the caller may open it.
 * @throws {PostureError} what went wrong there; POSTURE_STORE_SILENT where its answer makes no sense.
 */
export async function performThroughHolder<N extends CommandName>(
  folder: string,
  name: N,
  input: Commands[N]["input"],
): Promise<Commands[N]["answer"] | null> {
  const line: unknown = JSON.parse(JSON.stringify({ op: name, ...input }));
  const sent = await sendCommand(folder, z.json().parse(line));
  if (!sent.answered) return null;
  const { answer }: Command<Commands[N]["input"], Commands[N]["answer"]> = COMMANDS[name];
  if (conforms(answer, sent.result)) return sent.result;
  throw postureError("POSTURE_STORE_SILENT", {
    place: folder,
    cause: `its answer is not one to ${name} (${problemOf(answer, sent.result)})`,
  });
}
