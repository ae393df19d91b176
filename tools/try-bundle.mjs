// What was bundled is started once: the command line, and the worker thread with the AWS SDK behind it.
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

const NOWHERE = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "example",
  AWS_SECRET_ACCESS_KEY: "example",
};
const TRIALS = [
  { words: ["--version"], code: 0, says: /^\d+\.\d+\.\d+\n$/ },
  { words: ["checks", "--format", "json"], code: 0, says: /"s3\/bucket-acl-public"/ },
  { words: ["scan", "--store", "memory"], code: 1, says: /POSTURE_AWS_UNREACHABLE/ },
];

const posture = resolve("dist/bundle/posture.js");
for (const { words, code, says } of TRIALS) {
  // From another folder, since a bundle may not depend on where it is started.
  const { status, stdout, stderr } = spawnSync(process.execPath, [posture, ...words], {
    cwd: tmpdir(),
    env: { ...process.env, ...NOWHERE },
    encoding: "utf8",
    timeout: 60_000,
  });
  const said = `${stdout}${stderr}`;
  if (status === code && says.test(said)) continue;
  console.error(`posture ${words.join(" ")} ended with ${status} and not ${code}, or did not say ${says}:\n${said}`);
  process.exitCode = 1;
}
