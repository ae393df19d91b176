import { GetBucketWebsiteCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { startAws } from "./server.ts";
import { OWN, refusalOf, simulated, WORLD } from "./small-world.test.fixture.ts";

const sandbox = simulated();

async function send(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly answer: unknown }> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${sandbox.aws().url}${path}`, { method, ...(body !== undefined && { body: text }) });
  return { status: response.status, answer: await response.json() };
}
const DONE = { status: 200, answer: { ok: true } };
const patchOf = (change: object): object => ({ accounts: [{ id: OWN, ...change }] });

describe("the world can be changed over HTTP while it runs", () => {
  it("as a whole", async () => {
    const small = { accounts: [{ id: "222233334444", regions: ["eu-north-1"] }] };
    expect(await send("PUT", "/_sandbox/world", small)).toEqual(DONE);
    expect(
      sandbox
        .aws()
        .world()
        .accounts.map(({ id }) => id),
    ).toEqual(["222233334444"]);
  });
  it("in part, which the next call already sees", async () => {
    const website = (): Promise<string> => refusalOf(sandbox.s3().send(new GetBucketWebsiteCommand({ Bucket: "example-plain" })));
    expect(await website()).toBe("NoSuchWebsiteConfiguration 404");
    const change = patchOf({ buckets: [{ Name: "example-plain", WebsiteConfiguration: { IndexDocument: { Suffix: "index.html" } } }] });
    expect(await send("PATCH", "/_sandbox/world", change)).toEqual(DONE);
    expect(await website()).toBe("answered");
  });
  it("and is the same once it was read and put back", async () => {
    const { answer: before } = await send("GET", "/_sandbox/world");
    await send("PUT", "/_sandbox/world", before);
    expect(sandbox.aws().world()).toEqual(WORLD);
    expect((await send("GET", "/_sandbox/world")).answer).toEqual(before);
  });
});

describe("changes are told in a queue", () => {
  const QueueUrl = `https://sqs.us-east-1.amazonaws.com/${OWN}/changes`;
  const told = async (): Promise<readonly unknown[]> => {
    const { Messages = [] } = await sandbox.sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body }) => JSON.parse(Body ?? "null"));
  };
  const policy = patchOf({ buckets: [{ Name: "example-plain", Policy: "{}" }] });
  it("from when that is asked for, by whom it is said, until it is not asked for any more", async () => {
    expect(await send("PUT", "/_sandbox/events", { queue: "changes", region: "us-east-1" })).toEqual(DONE);
    await send("PATCH", `/_sandbox/world?by=arn:aws:iam::${OWN}:user/bo`, policy);
    const detail = { eventName: "PutBucketPolicy", requestParameters: { bucketName: "example-plain" }, userIdentity: { userName: "bo" } };
    expect(await told()).toMatchObject([{ account: OWN, "detail-type": "AWS API Call via CloudTrail", detail }]);
    expect(await send("DELETE", "/_sandbox/events")).toEqual(DONE);
    expect(await refusalOf(told())).toBe("QueueDoesNotExist 400");
  });
  it("and a place that is none is refused", async () => {
    const { status, answer } = await send("PUT", "/_sandbox/events", { queue: "", region: "mars" });
    expect([status, JSON.stringify(answer)]).toEqual([400, expect.stringContaining("this is no place to tell changes: /queue")]);
  });
});

describe("what makes no sense is refused in a sentence, and the world stays", () => {
  const bucket = { Name: "example-x", BucketRegion: "eu-west-1" };
  it.each([
    ["PUT", "{", "the body is not JSON"],
    ["PUT", "null", "The world that was sent is not valid: the document: Invalid input: expected object, received null."],
    ["PUT", { accounts: [] }, "/accounts: Too small"],
    ["PUT", { accounts: [{ id: "12", regions: ["eu-west-1"] }] }, "/accounts/0/id: an account id has twelve digits"],
    ["PUT", { accounts: [{ id: OWN, regions: ["mars"] }] }, "/accounts/0/regions/0: this is not the name of a region"],
    ["PUT", { accounts: [{ id: OWN, regions: ["eu-west-1"], buckets: [bucket, bucket] }] }, "the bucket example-x is there twice"],
    ["PUT", { accounts: [{ id: OWN, regions: ["eu-west-1"], bukets: [] }] }, '"bukets"'],
    ["PATCH", "[", "the body is not JSON"],
    ["PATCH", "null", "The world change is not valid: the document: Invalid input: expected object, received null."],
    ["PATCH", { accounts: [{ id: "999999999999" }] }, "there is no account 999999999999"],
    ["PATCH", patchOf({ remove: ["example-nowhere"] }), `there is no example-nowhere to remove in ${OWN}`],
    ["PATCH", patchOf({ buckets: [{ Name: "example-plain", BucketRegion: 7 }] }), "/accounts/0/buckets/0/BucketRegion"],
    ["PATCH", patchOf({ buckets: [{ BucketRegion: "eu-west-1" }] }), "/Name"],
    ["PATCH", patchOf({ regions: [] }), "/accounts/0/regions"],
    ["PATCH", patchOf({ colour: "red" }), '"colour"'],
  ])("%s %j", async (method, body, sentence) => {
    const { status, answer } = await send(method, "/_sandbox/world", body);
    expect(status).toBe(400);
    expect(answer).toEqual({ error: expect.stringContaining(sentence) });
    expect(sandbox.aws().world()).toEqual(WORLD);
  });
  it.each([
    ["a kind that there is not", { operation: "s3:GetBucketAcl", kind: "broken" }, "this is no fault: /kind: Invalid option"],
    ["a service that is not simulated", { operation: "glacier:*", kind: "denied" }, "/operation: an operation is named"],
    ["null", null, "this is no fault: the document: "],
    ["a misspelt member", { operation: "s3:*", kind: "denied", time: 1 }, '"time"'],
  ])("a fault with %s", async (_, fault, sentence) => {
    const { status, answer } = await send("POST", "/_sandbox/faults", fault);
    expect([status, answer]).toEqual([400, { error: expect.stringContaining(sentence) }]);
  });
  it("a path that there is not, with those that there are", async () => {
    const { status, answer } = await send("GET", "/_sandbox/wrld");
    expect(status).toBe(404);
    expect(answer).toEqual({ error: expect.stringMatching(/^there is no GET \/_sandbox\/wrld; there are GET \/_sandbox\/world, /) });
  });
});

describe("faults and calls over HTTP", () => {
  const website = (): Promise<string> => refusalOf(sandbox.s3().send(new GetBucketWebsiteCommand({ Bucket: "example-plain" })));
  it("are set, read and cleared", async () => {
    expect(await send("POST", "/_sandbox/faults", { operation: "s3:*", kind: "denied" })).toEqual(DONE);
    expect(await website()).toBe("AccessDenied 403");
    expect(await send("DELETE", "/_sandbox/faults")).toEqual(DONE);
    expect(await website()).toBe("NoSuchWebsiteConfiguration 404");
    expect((await send("GET", "/_sandbox/calls")).answer).toMatchObject({ calls: [{ status: 403 }, { status: 404 }] });
    expect(await send("DELETE", "/_sandbox/calls")).toEqual(DONE);
    expect((await send("GET", "/_sandbox/calls")).answer).toEqual({ calls: [] });
  });
});

describe("what no SDK would send", () => {
  it("is told that it is not signed", async () => {
    const response = await fetch(sandbox.aws().url);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining("The request is not signed for a service that is simulated: autoscaling, "),
    ]);
  });
  it("is told that its path cannot be read", async () => {
    const authorization = "AWS4-HMAC-SHA256 Credential=AKIAOWN/20260101/us-east-1/s3/aws4_request, Signature=any";
    const response = await fetch(`${sandbox.aws().url}/%E0%A4%A`, { headers: { authorization } });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("<Code>InvalidURI</Code>")]);
  });
  it("is told that there is no such operation", async () => {
    const authorization = "AWS4-HMAC-SHA256 Credential=AKIAOWN/20260101/us-east-1/ec2/aws4_request, Signature=any";
    const response = await fetch(sandbox.aws().url, { method: "POST", headers: { authorization }, body: "Action=DescribeMoods" });
    expect([response.status, await response.text()]).toEqual([501, expect.stringContaining("ec2:this operation is not simulated")]);
  });
});

describe("a port", () => {
  it("that is taken is refused by its number", async () => {
    await expect(startAws({ port: sandbox.aws().port })).rejects.toMatchObject({ code: "POSTURE_PORT_TAKEN" });
  });
  it("is free again once it was closed, also while a call hangs", async () => {
    const first = await startAws({ world: WORLD });
    first.addFault({ operation: "*:*", kind: "hang" });
    const authorization = "AWS4-HMAC-SHA256 Credential=AKIAOWN/20260101/us-east-1/sts/aws4_request, Signature=any";
    const asked = fetch(first.url, { method: "POST", headers: { authorization }, body: "Action=GetCallerIdentity" });
    await expect.poll(() => first.calls().length).toBe(1);
    await first.close();
    await expect(asked).rejects.toThrow("fetch failed");
    const second = await startAws({ port: first.port, world: WORLD });
    await second.close();
    expect(second.port).toBe(first.port);
  });
});
