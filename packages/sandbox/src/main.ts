import { parseArgs } from "node:util";
import { serveAws } from "./aws/serve.ts";

const HELP = `Simulated surroundings for Posture, on this machine alone.

  sandbox aws --port N [--world demo|FILE] [--latency MS]
      A simulated AWS account for the SDK's own clients, until it is stopped.
      FILE is a world as JSON; packages/sandbox/world.schema.json describes it.

  sandbox slack --port N --bot URL
      A local Slack workspace in the browser, in front of the bot at URL.

Examples:
  sandbox aws --port 4566
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any \\
    posture scan --store memory

While it runs:
  curl http://127.0.0.1:4566/_sandbox/calls
  curl -X PATCH http://127.0.0.1:4566/_sandbox/world -d '{"accounts":[{"id":"111122223333","remove":["example-docs-site"]}]}'
  curl -X POST http://127.0.0.1:4566/_sandbox/faults -d '{"operation":"s3:GetBucketAcl","kind":"denied"}'
`;

process.exitCode = await main(process.argv.slice(2));

async function main([command, ...words]: readonly string[]): Promise<number> {
  try {
    switch (command) {
      case "aws":
        return await aws(words);
      case "slack":
        return await slack(words);
      case undefined:
      case "help":
      case "--help":
      case "-h":
        process.stdout.write(HELP);
        return 0;
      default:
        return wrong(`There is no command ${command}.`);
    }
  } catch (error) {
    const next = error instanceof Error && "next" in error && typeof error.next === "string" ? `\n${error.next}` : "";
    return wrong(`${error instanceof Error ? error.message : String(error)}${next}`);
  }
}

function wrong(sentence: string): number {
  process.stderr.write(`${sentence}\nsandbox --help shows what there is.\n`);
  return 1;
}

async function aws(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      port: { type: "string", short: "p" },
      world: { type: "string", short: "w", default: "demo" },
      latency: { type: "string", default: "0" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  return serveAws({
    port: numberOf("--port", values.port, 65_535),
    world: values.world,
    latencyMs: numberOf("--latency", values.latency, 60_000),
  });
}

async function slack(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: { port: { type: "string", short: "p" }, bot: { type: "string" } } });
  const { startSlack } = await import("./slack/index.ts");
  const local = await startSlack({
    port: numberOf("--port", values.port, 65_535),
    ...(values.bot !== undefined && { botUrl: values.bot }),
  });
  process.stdout.write(
    `The local Slack workspace is at ${local.url}\n\nFor the bot:\n  SLACK_API_URL=${local.apiUrl} SLACK_BOT_TOKEN=${local.botToken} SLACK_SIGNING_SECRET=${local.signingSecret} SLACK_CHANNEL=${local.channel}\n`,
  );
  await new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  await local.close();
  return 0;
}

function numberOf(name: string, text: string | undefined, most: number): number {
  const value = Number(text ?? "0");
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new Error(`${name} has to be a whole number up to ${most}; it is "${text}".`);
  return value;
}
