import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { type Actor, postureError } from "@posture/core";
import {
  callerArn,
  type CommandName,
  type Commands,
  createPosture,
  kindOfPlace,
  openStore,
  perform,
  performThroughHolder,
} from "@posture/runtime";
import { placeOf, type StoreOptions } from "./open.ts";

/** Has a command done by the process that holds the store, or, where there is none, by this one. */
export type Ask = <N extends CommandName>(name: N, input: Commands[N]["input"]) => Promise<Commands[N]["answer"]>;

/**
 * Whoever answers the first question answers all of them.
 * @throws {PostureError} POSTURE_STORE_NONE where there is no store and none is to be made
 */
export async function throughDoor<T>(options: StoreOptions & { readonly makes: boolean }, use: (ask: Ask) => Promise<T>): Promise<T> {
  const place = await placeOf(options);
  const isFolder = kindOfPlace(place) === "folder";
  if (!options.makes && isFolder && !existsSync(place)) throw postureError("POSTURE_STORE_NONE", { place });
  const own = new Own(options, place);
  try {
    return await use(async (name, input) => {
      const held = own.isOpen || !isFolder ? null : await performThroughHolder(place, name, input);
      return held ?? perform(await own.open(), name, input);
    });
  } finally {
    await own.close();
  }
}

/** The store, opened by this process when nobody else holds it. */
class Own {
  readonly #options: StoreOptions;
  readonly #place: string;
  #opened: Promise<{ readonly store: Store; readonly posture: Opened }> | undefined;

  constructor(options: StoreOptions, place: string) {
    this.#options = options;
    this.#place = place;
  }
  get isOpen(): boolean {
    return this.#opened !== undefined;
  }
  async open(): Promise<Opened> {
    this.#opened ??= this.#make();
    return (await this.#opened).posture;
  }
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => null);
    await opened?.posture.close();
    await opened?.store.close();
  }
  async #make(): Promise<{ store: Store; posture: Opened }> {
    const now = (): string => new Date().toISOString();
    const store = await openStore(this.#place, { now, onWarning: (warning) => process.stderr.write(`${warning}\n`) });
    try {
      return { store, posture: await createPosture({ store, now, configFile: this.#options.config }) };
    } catch (error) {
      await store.close();
      throw error;
    }
  }
}

type Store = Awaited<ReturnType<typeof openStore>>;
type Opened = Awaited<ReturnType<typeof createPosture>>;

/** The ARN that AWS vouches for; without credentials the user of this machine. */
export async function whoAsks(): Promise<Extract<Actor, { readonly kind: "user" }>> {
  return { kind: "user", id: (await callerArn()) ?? userInfo().username, via: "cli" };
}
