import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type CommandLine, commandLine } from "./process.test.fixture.ts";

/* The role that `posture permissions` prints, in each of its forms, as the command prints it. */

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let posture: CommandLine;
let actions: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-role-"));
  posture = commandLine(folder);
  const policy = z.object({ Statement: z.tuple([z.object({ Action: z.array(z.string()) })]) });
  actions = policy.parse(JSON.parse(await printed("json"))).Statement[0].Action;
});
afterAll(() => rm(folder, { recursive: true }));

async function printed(format: string): Promise<string> {
  const { out, said, code } = await posture.run(["permissions", "--format", format]);
  expect([code, said]).toEqual([0, ""]);
  return out;
}

describe("the CloudFormation template", () => {
  const tags = ["!Ref", "!GetAtt"].map((tag) => ({ tag, resolve: (value: string) => `${tag} ${value}` }));

  it("is a role that only the named principal with the external id may assume, with the actions of the policy and no other", async () => {
    const template: unknown = parse(await printed("cloudformation"), { customTags: tags, strict: true });
    expect(template).toMatchObject({
      AWSTemplateFormatVersion: "2010-09-09",
      Parameters: { TrustedPrincipalArn: { Type: "String" }, ExternalId: { Type: "String", MinLength: 2, MaxLength: 1224 } },
      Outputs: { RoleArn: { Value: "!GetAtt PostureRead.Arn" } },
    });
    const { Resources } = z.object({ Resources: z.json() }).parse(template);
    expect(Resources).toEqual({
      PostureRead: {
        Type: "AWS::IAM::Role",
        Properties: {
          Description: "Lets Posture read what its checks need.",
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { AWS: "!Ref TrustedPrincipalArn" },
                Action: "sts:AssumeRole",
                Condition: { StringEquals: { "sts:ExternalId": "!Ref ExternalId" } },
              },
            ],
          },
          Policies: [
            {
              PolicyName: "posture-read",
              PolicyDocument: {
                Version: "2012-10-17",
                Statement: [{ Sid: "PostureRead", Effect: "Allow", Action: actions, Resource: "*" }],
              },
            },
          ],
        },
      },
    });
    expect(actions.length).toBeGreaterThan(20);
  });
});

describe("the Terraform configuration", () => {
  /** The bodies of its blocks, by their heads. A brace or a quote that is not closed is an error. */
  function blocksOf(text: string): Map<string, string> {
    const blocks = new Map<string, string>();
    let rest = text;
    while (rest.trim() !== "") {
      const [whole = "", head = "", body = ""] = /^\s*([a-z]+(?: "\w+")+) \{\n([\s\S]*?)\n\}\n/.exec(rest) ?? [];
      if (whole === "") throw new Error(`no block begins here: ${rest.slice(0, 80)}`);
      expect(body.replaceAll(/"[^"\n]*"/g, "")).not.toContain('"');
      expect(depthOf(body)).toBe(0);
      blocks.set(head, body);
      rest = rest.slice(whole.length);
    }
    return blocks;
  }
  function depthOf(body: string): number {
    const outside = body.replaceAll(/"[^"\n]*"/g, "");
    return (outside.match(/[{[(]/g)?.length ?? 0) - (outside.match(/[}\])]/g)?.length ?? 0);
  }

  it("is the same role: every reference is declared, and the actions are those of the policy", async () => {
    const blocks = blocksOf(await printed("terraform"));
    expect([...blocks.keys()]).toEqual([
      'variable "trusted_principal_arn"',
      'variable "external_id"',
      'data "aws_iam_policy_document" "posture_trust"',
      'data "aws_iam_policy_document" "posture_read"',
      'resource "aws_iam_role" "posture_read"',
      'resource "aws_iam_role_policy" "posture_read"',
      'output "posture_role_arn"',
    ]);
    const read = blocks.get('data "aws_iam_policy_document" "posture_read"') ?? "";
    const [, listed = ""] = /actions = \[\n([\s\S]*?)\n\s*\]/.exec(read) ?? [];
    expect(listed.split("\n").map((line) => line.trim().replaceAll(/[",]/g, ""))).toEqual(actions);
    const trust = blocks.get('data "aws_iam_policy_document" "posture_trust"') ?? "";
    for (const part of ['actions = ["sts:AssumeRole"]', "[var.trusted_principal_arn]", '"sts:ExternalId"', "[var.external_id]"])
      expect(trust).toContain(part);
    const known = [...blocks.keys()].map((head) => head.replaceAll('"', "").split(" "));
    const declared = known.map(([kind, ...names]) =>
      (kind === "variable" ? ["var", ...names] : kind === "data" ? ["data", ...names] : names).join("."),
    );
    const used = [...blocks.values()].flatMap((body) => body.match(/\b(var\.\w+|data\.\w+\.\w+|aws_iam_role\.\w+)/g) ?? []);
    expect(used.filter((name) => !declared.includes(name))).toEqual([]);
    expect(used.length).toBeGreaterThan(5);
  });
});

describe("with a queue of changes", () => {
  const QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/posture-events";
  const ARN = "arn:aws:sqs:eu-west-1:111122223333:posture-events";
  const ACTIONS = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
  /** Whom a change touches and does not name. */
  const FOUND = ["iam:GetGroup", "iam:ListEntitiesForPolicy", "iam:ListUserPolicies"];
  const statement = { Sid: "PostureEvents", Effect: "Allow", Action: ACTIONS, Resource: ARN };
  const withQueue = (format: string): ReturnType<CommandLine["run"]> =>
    posture.run(["permissions", "--format", format], { POSTURE_EVENT_QUEUE: QUEUE });

  it("every form has a second statement, for that queue alone", async () => {
    const [json, yaml, hcl] = await Promise.all([withQueue("json"), withQueue("cloudformation"), withQueue("terraform")]);
    expect([json.code, yaml.code, hcl.code]).toEqual([0, 0, 0]);
    expect(JSON.parse(json.out)).toMatchObject({
      Statement: [{ Sid: "PostureRead", Action: [...actions, ...FOUND].toSorted() }, statement],
    });
    const customTags = ["!Ref", "!GetAtt"].map((tag) => ({ tag, resolve: (value: string) => value }));
    const template: unknown = parse(yaml.out, { customTags, strict: true });
    expect(template).toMatchObject({
      Resources: { PostureRead: { Properties: { Policies: [{ PolicyDocument: { Statement: [{ Sid: "PostureRead" }, statement] } }] } } },
    });
    expect(hcl.out).toContain(`    resources = ["${ARN}"]\n  }\n}\n`);
  });
  it("that is none, it says what is wrong and what to give", async () => {
    const { code, said } = await posture.run(["permissions"], { POSTURE_EVENT_QUEUE: "posture-events" });
    expect([code, said]).toEqual([1, expect.stringMatching(/POSTURE_EVENT_QUEUE: "posture-events" is none: the URL of a queue is/)]);
  });
});
