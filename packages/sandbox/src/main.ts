import { parseArgs } from "node:util";
import { untilTold } from "./signals.ts";

const HELP = `Simulated surroundings for Posture, on this machine alone.

  sandbox aws --port N [--world demo|FILE] [--latency MS] [--events QUEUE]
      A simulated AWS account for the SDK's own clients, until it is stopped.
      FILE is a world as JSON; packages/sandbox/world.schema.json describes it.

  sandbox slack --port N [--bot URL]
      A local Slack workspace in the browser, in front of the bot at URL.

  -p, --port N       where it listens on 127.0.0.1; 0, or left out: any free port
  -w, --world WORLD  what is in the account; left out: demo
      --latency MS   how long every answer takes at least; left out: 0
  -e, --events QUEUE the name of a queue that tells of changes, as CloudTrail and EventBridge do; left out: none
  -b, --bot URL      where the bot takes requests, as in http://127.0.0.1:3000/slack/events
  -h, --help         this

Examples:
  sandbox aws --port 4566
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any \\
    posture scan --store memory

While it runs:
  curl http://127.0.0.1:4566/_sandbox/calls
  curl -X PATCH http://127.0.0.1:4566/_sandbox/world -d '{"accounts":[{"id":"111122223333","remove":["example-docs-site"]}]}'
  curl -X POST http://127.0.0.1:4566/_sandbox/faults -d '{"operation":"s3:GetBucketAcl","kind":"denied"}'

packages/sandbox/README.md has the rest.
`;

const port = { type: "string", short: "p" } as const;
const help = { type: "boolean", short: "h" } as const;

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
  const options = {
    port,
    help,
    world: { type: "string", short: "w" },
    latency: { type: "string" },
    events: { type: "string", short: "e" },
  } as const;
  const { values } = explained(() => parseArgs({ args: [...words], options }));
  if (values.help) return main(["help"]);
  const asked = {
    port: numberOf("--port", values.port, 65_535),
    world: values.world ?? "demo",
    latencyMs: numberOf("--latency", values.latency, 60_000),
    events: values.events,
  };
  // The SDK's clients are loaded once it is clear that they are needed.
  const { serveAws } = await import("./aws/serve.ts");
  return serveAws(asked);
}

async function slack(words: readonly string[]): Promise<number> {
  const options = { port, help, bot: { type: "string", short: "b" } } as const;
  const { values } = explained(() => parseArgs({ args: [...words], options }));
  if (values.help) return main(["help"]);
  const where = { port: numberOf("--port", values.port, 65_535) };
  const bot = values.bot === undefined ? {} : { botUrl: urlOf("--bot", values.bot) };
  const { startSlack } = await import("./slack/index.ts");
  const local = await startSlack({ ...where, ...bot });
  process.stdout.write(
    `The local Slack workspace is at ${local.url}\n\nFor the bot:\n` +
      `  export SLACK_API_URL=${local.apiUrl} SLACK_BOT_TOKEN=${local.botToken} SLACK_SIGNING_SECRET=${local.signingSecret} SLACK_CHANNEL=${local.channel}\n\n` +
      `${values.bot === undefined ? `Without --bot, buttons and commands go to a bot in Socket Mode: SLACK_APP_TOKEN=${local.appToken} in the place of SLACK_SIGNING_SECRET.\n` : ""}Ctrl-C ends it.\n`,
  );
  await untilTold();
  await local.close();
  return 0;
}

/** What Node adds about positional arguments helps nobody here. @throws {Error} whose one sentence says what is wrong */
function explained<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const [sentence = ""] = error instanceof Error ? error.message.split(/\. |\.?\n/) : [];
    throw new Error(`${sentence.replace(/\.$/, "")}.`, { cause: error });
  }
}

function numberOf(name: string, text: string | undefined, most: number): number {
  const value = text === undefined ? 0 : text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new Error(`${name} has to be a whole number up to ${most}; it is "${text}".`);
  return value;
}

function urlOf(name: string, text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ""))
    throw new Error(`${name} has to be an address as http://127.0.0.1:3000/slack/events; it is "${text}".`);
  return text;
}
