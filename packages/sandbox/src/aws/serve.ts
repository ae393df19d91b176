import { readFile } from "node:fs/promises";
import { postureError } from "@posture/core";
import { untilTold } from "../signals.ts";
import { parseWorld, type World } from "./world.ts";

export interface ServeOptions {
  readonly port: number;
  /** `demo`, or the path of a JSON file. */
  readonly world: string;
  readonly latencyMs: number;
  /** The name of a queue where changes are told; `undefined`: nowhere. */
  readonly events: string | undefined;
}

/** Serves a simulated account until the process is told to end. @throws {PostureError} POSTURE_WORLD_UNREADABLE, POSTURE_WORLD_INVALID, POSTURE_PORT_TAKEN */
export async function serveAws({ port, world, latencyMs, events }: ServeOptions): Promise<number> {
  const given = world === "demo" ? "demo" : await worldIn(world);
  const { startAws } = await import("./server.ts");
  const aws = await startAws({ port, latencyMs, world: given });
  const { accounts } = aws.world();
  const region = accounts[0]?.regions[0] ?? "us-east-1";
  if (events !== undefined) aws.tellChanges({ queue: events, region });
  const queue = events === undefined ? "" : ` POSTURE_EVENT_QUEUE=https://sqs.${region}.amazonaws.com/${accounts[0]?.id ?? ""}/${events}`;
  const resources = accounts.reduce(
    (sum, { buckets, securityGroups, prefixLists, iam }) =>
      sum + buckets.length + securityGroups.length + prefixLists.length + (iam ? iam.users.length + iam.roles.length : 0),
    0,
  );
  process.stdout.write(
    `A simulated AWS is at ${aws.url}: ${accounts.map(({ id }) => id).join(", ")}; ${resources} resources.\n\n` +
      `  export AWS_ENDPOINT_URL=${aws.url} AWS_REGION=${region} AWS_ACCESS_KEY_ID=${accounts[0]?.accessKeyIds[0] ?? "any"} AWS_SECRET_ACCESS_KEY=any${queue}\n\n` +
      "Ctrl-C ends it.\n",
  );
  await untilTold();
  await aws.close();
  return 0;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "it was not found",
  EISDIR: "it is a folder",
  EACCES: "it may not be read",
};

async function worldIn(file: string): Promise<World> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw postureError("POSTURE_WORLD_UNREADABLE", { file, cause: WHY[error.code ?? ""] ?? error.message }, error);
  });
  try {
    return parseWorld(JSON.parse(text), file);
  } catch (error) {
    throw error instanceof SyntaxError
      ? postureError("POSTURE_WORLD_INVALID", { file, problems: `it is not JSON: ${error.message}` }, error)
      : error;
  }
}
