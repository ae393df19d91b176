import { postureError } from "@posture/core";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { AwsCredentialIdentity, Client, Logger, MetadataBearer, Provider } from "@smithy/types";
import { clean } from "./fault.ts";

/** The settings of every client; those that a service does not know are not looked at by it. */
export interface ClientSettings {
  readonly region: string;
  readonly maxAttempts: number;
  readonly logger: Logger;
  readonly requestHandler: NodeHttpHandler;
  readonly credentials: Provider<AwsCredentialIdentity>;
}

/** The class of one service's client, as the AWS SDK exports it. */
export type ClientClass<CI extends object, CO extends MetadataBearer, R> = new (settings: ClientSettings) => Client<CI, CO, R>;

const nothing = (): void => {};
/** A logger that has `info` or `error` makes the SDK filter and copy every answer for a line that nobody writes. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK calls these two with `?.`, and the others without
const SILENT = { trace: nothing, debug: nothing, warn: nothing } as unknown as Logger;
const CONNECT_MS = 5000;

/** One client per service and region, made when it is first asked for; all share sockets and credentials. */
export class Clients {
  readonly #handler: NodeHttpHandler;
  readonly #byClass = new Map<unknown, Map<string, unknown>>();
  readonly #ask: () => Promise<Provider<AwsCredentialIdentity>>;
  #credentials: Promise<Provider<AwsCredentialIdentity>> | undefined;

  constructor(maxInFlight: number, ask: () => Promise<Provider<AwsCredentialIdentity>> = sharedCredentials) {
    this.#ask = ask;
    const agent = { keepAlive: true, maxSockets: maxInFlight };
    this.#handler = new NodeHttpHandler({ connectionTimeout: CONNECT_MS, httpAgent: agent, httpsAgent: agent });
  }

  async get<CI extends object, CO extends MetadataBearer, R>(Service: ClientClass<CI, CO, R>, region: string): Promise<Client<CI, CO, R>> {
    const credentials = await (this.#credentials ??= this.#ask());
    const clients = this.#byClass.get(Service) ?? new Map<string, unknown>();
    this.#byClass.set(Service, clients);
    const known = clients.get(region);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is kept under a class was made by it
    if (known) return known as Client<CI, CO, R>;
    const client = new Service({ region, maxAttempts: 1, logger: SILENT, requestHandler: this.#handler, credentials });
    clients.set(region, client);
    return client;
  }

  close(): void {
    this.#byClass.clear();
    this.#handler.destroy();
  }
}

/** The default chain is walked (files, SSO, the instance's role) once for all clients, and not by each of them. */
async function sharedCredentials(): Promise<Provider<AwsCredentialIdentity>> {
  const { STSClient } = await import("./sdk/sts.ts");
  // Its region matters where a profile assumes a role: that is asked for in the profile's own partition.
  return new STSClient({ region: await defaultRegion() }).config.credentials;
}

/** Where the first questions are asked, and who said so. */
export interface HomeRegion {
  readonly name: string;
  readonly origin: "environment" | "profile" | "default";
}

/**
 * The region that environment and profile name; without one, that of `aws`'s global services.
 * @throws {PostureError} POSTURE_AWS_REGION_INVALID, for a text that cannot be one.
 */
export async function homeRegion(): Promise<HomeRegion> {
  const { STSClient } = await import("./sdk/sts.ts");
  try {
    return { name: await new STSClient({}).config.region(), origin: process.env["AWS_REGION"] ? "environment" : "profile" };
  } catch (error) {
    const cause = (error instanceof Error ? clean(error.message) : String(error)).replace(/\.$/, "");
    if (/not accepted|not a valid/i.test(cause)) throw postureError("POSTURE_AWS_REGION_INVALID", { cause }, error);
    return { name: "us-east-1", origin: "default" };
  }
}

/** The name alone. @throws {PostureError} POSTURE_AWS_REGION_INVALID */
export async function defaultRegion(): Promise<string> {
  return (await homeRegion()).name;
}
