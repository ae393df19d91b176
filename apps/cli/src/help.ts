/* What follows the options in the help of each command: examples first, since they are what people read. */

export const EXIT_CODES = `Exit codes:
  0  done
  1  could not be done, and the message says why
  2  done, and a finding at or above --fail-on is open
  3  done, something could not be read, and --strict was given
  78 the store is of another version than this Posture knows`;

const CREDENTIALS = `  AWS_PROFILE, AWS_ACCESS_KEY_ID, …
                      credentials, as every AWS tool takes them
  AWS_REGION          where the first questions are asked (default: us-east-1)
  AWS_ENDPOINT_URL    another AWS than AWS, for instance a simulated one`;
export const STORE = `  POSTURE_STORE       the folder of the store, or postgres://…
  POSTURE_CONFIG      the configuration file`;
export const COLOURS = `  NO_COLOR            no colours
  FORCE_COLOR         colours also in a pipe`;

export const DONE = `Exit codes: 0 done, 1 could not be done, 78 the store is of another version.`;

export const READS_ALONE = `It reads the store alone, asks AWS nothing, and works beside a running bot.`;

export type Helped =
  | "posture"
  | "scan"
  | "findings"
  | "recheck"
  | "summary"
  | "checks"
  | "audit"
  | "permissions"
  | "store"
  | "export"
  | "init"
  | "doctor"
  | "completion"
  | "demo";

export const HELP: Readonly<Record<Helped, string>> = {
  posture: `Start here:
  posture demo                   a simulated account and a local Slack
  posture scan --store memory    the account of your AWS credentials; keeps nothing
  posture doctor                 says what is missing for that
  posture scan                   the same, and keeps what it found
  posture findings               lists it`,
  scan: `Examples:
  posture scan
      every enabled region; what is found is kept in .posture/
  posture scan --region eu-west-1 --region us-east-1
      these two regions only
  posture scan --framework cis-3.0
      only the checks that map to it, and how each control stands;
      what is known of other checks stays as it is
  posture scan --format json --store memory > scan.json
      one JSON document (docs/scan.schema.json), and nothing is kept
  posture scan --fail-on high --strict
      for a pipeline

Environment:
${CREDENTIALS}
${STORE}
${COLOURS}

Findings go to standard output, progress to standard error.
Ctrl-C stops the sweep, and nothing of it is kept.

${EXIT_CODES}`,
  findings: `Examples:
  posture findings                        what is open, the gravest first
  posture findings 001bf4                 one finding; an id may be shortened
  posture findings list --severity critical --region eu-west-1
  posture findings list --assignee me     what you see to
  posture findings show arn:aws:s3:::example-bucket
      where the resource has one finding

It reads the store alone, asks AWS nothing, and works beside a running bot.

${DONE}`,
  export: `Examples:
  posture export > findings.csv
  posture export --format html --output report.html
      one file with everything in it, for reading and printing
  posture export --format json --severity critical --severity high
  posture export --format ocsf --status open --status suppressed | …
      a line for each finding, for a SIEM
  posture export --service s3 --region eu-west-1 --tag env=prod
  posture export --assignee U024BE7LH --assignee none

Formats:
  csv     a table for spreadsheets; nothing in it is ever computed
  json    one document (docs/export.schema.json); jsonl: a line a finding
  ocsf    Compliance Findings of OCSF, a line each
  sarif   SARIF 2.1.0, for tools that show code and its findings
  html    a report that needs no network

Environment:
${STORE}
${COLOURS}

It asks AWS for nothing but who you are. Who exported what is written into
the audit log, by a running bot where one holds the store.

${DONE}`,
  recheck: `Examples:
  posture recheck 001bf4
  posture recheck arn:aws:s3:::example-bucket
      where the resource has one finding

Environment:
${CREDENTIALS}
${STORE}

Where a bot holds the store, the bot reads, and updates its message in Slack.

${DONE}`,
  summary: `Examples:
  posture summary
      counts, a chart of 30 days, what changed since yesterday, what has
      been open for too long, and what could not be read
  posture summary --days 90 --format png --output trend.png
      the chart as a picture; svg too, and --theme dark
  posture summary --day 2026-01-31
      what was open when that day ended
  posture summary --account 111122223333 --framework cis-3.0
      how these findings stand now; of earlier days only the whole is known
  posture summary --format json
      one JSON document (docs/summary.schema.json)

How long a finding may be open is set by \`targets\` in the configuration.
Days are days of UTC.

Environment:
${STORE}
${COLOURS}

It reads the store alone, and asks AWS nothing.

${DONE}`,
  checks: `Examples:
  posture checks                          the list
  posture checks list --framework cis-3.0 --severity critical
  posture checks show s3/bucket-acl-public

It reads the configuration alone, and asks AWS nothing.

${DONE}`,
  audit: `Examples:
  posture audit verify                    is the log what was written to it?
  posture audit show 001bf4               the story of a finding
  posture audit list --since 7d           what happened this week

${READS_ALONE}`,
  permissions: `Examples:
  posture permissions > policy.json
  aws iam create-policy --policy-name posture-read \\
      --policy-document file://policy.json
      the policy alone

  posture permissions --format cloudformation > role.yaml
  aws cloudformation deploy --stack-name posture-read \\
      --template-file role.yaml --capabilities CAPABILITY_IAM \\
      --parameter-overrides ExternalId=example \\
      TrustedPrincipalArn=arn:aws:iam::111122223333:role/example
      a role with it

  posture permissions --format terraform > posture-role.tf
      the same for Terraform

  posture permissions --check
      which checks would be unknown, for lack of which action

It holds reads only, and asks AWS nothing. --check does ask: every kind
is listed as far as its first resources, and what needs a resource is
read of these; where there is none, that is said.

Exit codes: 0 done, with --check all granted; 1 could not be done;
  2 with --check, something is missing.`,
  store: `Examples:
  posture store info
  posture store migrate --to postgres://posture@db.example.com/posture

\`posture store info --help\` and \`posture store migrate --help\` say more.

${DONE}`,
  init: `Examples:
  posture init            asks three questions
  posture init --yes      asks nothing, and takes every default

Posture works without a configuration. This writes one to begin with: every
setting with what it is for, those that you do not need as comments. Where
the folder's package.json says that files are CommonJS, it is a .mts.

Exit codes: 0 done, 1 could not be done, 130 stopped; then nothing is written.`,
  doctor: `Examples:
  posture doctor
  posture doctor --no-permissions         without asking AWS what it grants
  posture doctor --format json | jq '.points[] | select(.state == "wrong")'

Each line is one thing:
  ✓  good
  !  works, and something is worth mending
  ✗  wrong; the line that follows says what to do
  –  not looked at, and why

Of secrets it says only whether they are set. Nothing is changed: the
store is opened for reading, AWS is asked who you are and whether the reads
that the checks need are granted (in one region), Slack is posted nothing.

Environment:
${CREDENTIALS}
${STORE}
  SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_CHANNEL, …
                      what the bot needs, if there is one
${COLOURS}

Exit codes: 0 good, or warnings alone; 1 could not be done;
  2 something is wrong.`,
  completion: `Examples:
  source <(posture completion bash)       in ~/.bashrc
  source <(posture completion zsh)        in ~/.zshrc, after compinit
  posture completion fish > ~/.config/fish/completions/posture.fish

Then the tab key completes commands and options, ids of findings and of
checks, frameworks, services, accounts, regions and assignees, as your store
and your configuration have them.

${DONE}`,
  demo: `Examples:
  posture demo            until Ctrl-C; open the address that it prints
  posture demo --once     the same story unattended, the channel as text

Nothing leaves this machine. No AWS account and no Slack workspace is needed.

${DONE}`,
};
