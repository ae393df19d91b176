import * as iam from "@aws-sdk/client-iam";
import { afterAll, beforeEach } from "vitest";
import { parseWorld, type World } from "../world.ts";
import { OWN, simulated } from "../small-world.test.fixture.ts";

export const ALL: object = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*", Sid: "it's (all)" } };
export const OPS: string = `arn:aws:iam::${OWN}:policy/ops`;
export const key = (AccessKeyId: string, more: object = {}): object => ({ AccessKeyId, CreateDate: "2025-06-01T10:00:00.000Z", ...more });
const WORLD: World = parseWorld({
  accounts: [
    {
      id: OWN,
      accessKeyIds: ["AKIAOWN"],
      regions: ["us-east-1"],
      organization: { Id: "o-example1234", Accounts: Array.from({ length: 25 }, (_, i) => String(100_000_000_000 + i)) },
      iam: {
        root: {
          Mfa: "virtual",
          PasswordLastUsed: "2026-01-01T10:00:00.000Z",
          AccessKeys: [key("AKIAROOT", { LastUsedDate: "2025-12-01T00:00:00.000Z" })],
        },
        users: [
          {
            UserName: "ana",
            Path: "/people/",
            LoginProfile: {},
            MFADevices: [{ SerialNumber: "device" }],
            AccessKeys: [key("AKIAANA1"), key("AKIAANA2", { Status: "Inactive" })],
            GroupList: ["ops"],
            UserPolicyList: [{ PolicyName: "own", PolicyDocument: ALL }],
            AttachedManagedPolicies: [{ PolicyArn: OPS }],
            PermissionsBoundary: { PermissionsBoundaryArn: OPS },
            Tags: [{ Key: "team", Value: "ops" }],
          },
          { UserName: "ben", CreateDate: "2026-01-05T00:00:00.000Z" },
        ],
        groups: [{ GroupName: "ops", GroupPolicyList: [{ PolicyName: "all", PolicyDocument: ALL }] }],
        policies: [{ Arn: OPS, DefaultVersionId: "v2", PolicyVersionList: [{ Document: "{}" }, { VersionId: "v2", Document: ALL }] }],
        roles: [
          {
            RoleName: "deploy",
            AssumeRolePolicyDocument: ALL,
            RoleLastUsed: { LastUsedDate: "2026-01-02T00:00:00.000Z", Region: "eu-west-1" },
          },
        ],
        credentialReport: { GeneratedTime: "2026-01-04T00:00:00.000Z" },
      },
    },
  ],
});

interface Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly maxAttempts: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The world, anew for each test of a file, and clients of its account. */
export class Simulated {
  readonly sandbox: ReturnType<typeof simulated> = simulated(WORLD);
  client!: iam.IAMClient;
  readonly #clients: { destroy(): void }[] = [];

  static forFile(): Simulated {
    const it = new Simulated();
    beforeEach(() => void (it.client = it.another(iam.IAMClient)));
    afterAll(() => it.#clients.forEach((client) => client.destroy()));
    return it;
  }

  another<T extends { destroy(): void }>(Client: new (settings: Settings) => T): T {
    const credentials = { accessKeyId: "AKIAOWN", secretAccessKey: "any" };
    const client = new Client({ endpoint: this.sandbox.aws().url, region: "us-east-1", maxAttempts: 1, credentials });
    this.#clients.push(client);
    return client;
  }

  /** The lines of the credential report. */
  async report(): Promise<string[]> {
    const { Content = new Uint8Array() } = await this.client.send(new iam.GetCredentialReportCommand({}));
    return new TextDecoder().decode(Content).split("\n");
  }
}

export const decoded = (document: string | undefined): unknown => JSON.parse(decodeURIComponent(document ?? ""));
