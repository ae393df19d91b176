import { z } from "zod";
import type { Workspace } from "./workspace.ts";

/** Triggers that a modal can be opened with: once, within three seconds, before the person who caused it. The emulator sees to that. */
export class Triggers {
  readonly #owners = new Map<string, string>();
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** A new trigger for what this person has just done. */
  async after(personId: string): Promise<string> {
    const answer = await this.#workspace.call("views.generateTriggerId", { user_id: personId });
    const { trigger_id: trigger } = z.object({ trigger_id: z.string() }).parse(answer);
    this.#owners.set(trigger, personId);
    return trigger;
  }
  ownerOf(trigger: string): string | undefined {
    return this.#owners.get(trigger);
  }
}
