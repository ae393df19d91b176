import { ChangeStream } from "./events/stream.ts";
import { patched } from "./patch.ts";
import { Queues } from "./queues.ts";
import type { Account, Bucket, PrefixList, SecurityGroup, World } from "./world.ts";

/** The world as it stands, and quick ways into it. */
export class WorldState {
  readonly queues: Queues = new Queues();
  readonly changes: ChangeStream = new ChangeStream(this.queues);
  #world: World;
  #buckets: ReadonlyMap<string, { readonly bucket: Bucket; readonly account: Account }> | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  get world(): World {
    return this.#world;
  }

  set(world: World): void {
    this.#world = world;
    this.#buckets = undefined;
  }

  /** `by`: the ARN of who did it, for those who are told. @throws {PostureError} POSTURE_WORLD_INVALID */
  patch(change: unknown, by?: string): void {
    const before = this.#world;
    this.set(patched(before, change));
    this.changes.tell(before, this.#world, by);
  }

  /** The account that a key belongs to; of an unknown key, the first. */
  accountOf(accessKeyId: string): Account {
    const { accounts } = this.#world;
    const assumed = ASSUMED.exec(accessKeyId)?.[1];
    const found = accounts.find(({ id, accessKeyIds }) => id === assumed || accessKeyIds.includes(accessKeyId)) ?? accounts[0];
    if (!found) throw new Error("a world has at least one account");
    return found;
  }

  account(id: string): Account | undefined {
    return this.#world.accounts.find((account) => account.id === id);
  }

  bucket(name: string): { readonly bucket: Bucket; readonly account: Account } | undefined {
    this.#buckets ??= new Map(
      this.#world.accounts.flatMap((account) => account.buckets.map((bucket) => [bucket.Name, { bucket, account }] as const)),
    );
    return this.#buckets.get(name);
  }

  groups(account: Account, region: string): readonly SecurityGroup[] {
    return account.securityGroups.filter((group) => group.Region === region);
  }

  prefixLists(account: Account, region: string): readonly PrefixList[] {
    return account.prefixLists.filter((list) => list.Region === region);
  }
}

/** Keys that AssumeRole handed out name their account. */
const ASSUMED = /^ASIASIMULATED(\d{12})$/;

export function assumedKey(accountId: string): string {
  return `ASIASIMULATED${accountId}`;
}

/** The session token that names whoever assumed a role. */
export function tokenOf(arn: string): string {
  return Buffer.from(arn).toString("base64");
}
/** Who asks: the one that the session token names, else the account's user. */
export function callerOf({ id }: Account, sessionToken: string | undefined): string {
  const named = Buffer.from(sessionToken ?? "", "base64").toString();
  return named.startsWith(`arn:aws:sts::${id}:assumed-role/`) ? named : `arn:aws:iam::${id}:user/posture`;
}
