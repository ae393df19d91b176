// What was bundled is started once: the command line, the worker thread with the AWS SDK behind it against the simulated AWS, and the demo.
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { startAws } from "../packages/sandbox/src/aws/index.ts";

const posture = resolve("dist/bundle/posture.js");
const aws = await startAws();
const env = {
  ...process.env,
  AWS_ENDPOINT_URL: aws.url,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "example",
};

const TRIALS = [
  { words: ["--version"], code: 0, says: /^\d+\.\d+\.\d+\n$/ },
  { words: ["checks", "--format", "json"], code: 0, says: /"s3\/bucket-acl-public"/ },
  { words: ["summary", "--store", "memory", "--format", "png"], code: 0, says: /^.PNG/ },
  { words: ["scan", "--store", "memory", "--format", "json", "--fail-on", "critical"], code: 2, says: /"checkId":"s3\/bucket-acl-public"/ },
  { words: ["demo", "--once"], code: 0, says: /✅ Resolved · SSH open to the internet/ },
];
for (const { words, code, says } of TRIALS) {
  const { status, said } = await run(words);
  if (status === code && says.test(said)) continue;
  console.error(`posture ${words.join(" ")} ended with ${status} and not ${code}, or did not say ${says}:\n${said}`);
  process.exitCode = 1;
}
await aws.close();

function run(words) {
  // From another folder, since a bundle may not depend on where it is started.
  const options = { cwd: tmpdir(), env, timeout: 60_000 };
  return new Promise((done) => {
    execFile(process.execPath, [posture, ...words], options, (error, stdout, stderr) =>
      done({ status: error ? error.code : 0, said: `${stdout}${stderr}` }),
    );
  });
}
