import { COLOURS, DONE, READS_ALONE, STORE } from "./help.ts";

/* The same for commands below another one: `posture findings list`. */

type HelpedBelow = "list" | "show";

export type HelpedAudit = "verify" | "show" | "list";

export const AUDIT_HELP: Readonly<Record<HelpedAudit, string>> = {
  verify: `Examples:
  posture audit verify
  posture audit verify --anchor 1234:3f5a…      kept from an earlier time
  posture audit verify --anchor anchor.txt --strict
  posture audit verify --format json | jq -r '"\\(.head.seq):\\(.head.hash)"'
      the anchor to keep

It proves record by record that nothing was edited, removed, inserted or
reordered, that every change of a finding or suppression follows from what
was known before it, and that the snapshots show what the log adds up to.

A log cannot show by itself that its end was cut off: an anchor does, the
number and hash of a record, kept where whoever writes the store cannot.

Exit codes:
  0  whole
  1  broken: the first bad record is named, and what was done to it
  2  the end was cut off: an anchor names a later record
  3  a snapshot shows another state than the log
  4  it cannot be read, or what was given cannot
  5  whole, but no anchor holds its end, and --strict was given

${READS_ALONE}`,
  show: `Examples:
  posture audit show 001bf4             a finding, from its first day on
  posture audit show s-3f5a0c           a suppression, who and why
  posture audit show 001bf4 --format json | jq '.entries[].type'

${READS_ALONE}

${DONE}`,
  list: `Examples:
  posture audit list --since 7d
  posture audit list --type suppressed --type suppression-ended
  posture audit list --actor U024BE7LH --since 2026-01-31
  posture audit list --format json | jq -r '.[].subject'

Types are listed in docs/guide/audit.md.

${READS_ALONE}

${DONE}`,
};

export const CHECKS_HELP: Readonly<Record<HelpedBelow, string>> = {
  list: `Examples:
  posture checks list
  posture checks list --framework fsbp --category s3
  posture checks list --format json | jq -r '.[].id'
      each with severity, title, resourceType, categories,
      frameworks and permissions

A framework may be shortened: cis-3.0 is cis-aws-foundations-3.0.

${DONE}`,
  show: `Examples:
  posture checks show s3/bucket-acl-public
  posture checks show s3/bucket-acl-public --format json | jq .facets

It says what the check finds and why that matters, how it decides, its
parameters, the permissions it needs and how to fix what it finds.

${DONE}`,
};

export const FINDINGS_HELP: Readonly<Record<HelpedBelow, string>> = {
  list: `Examples:
  posture findings list --severity critical --status open --status suppressed
  posture findings list --service s3 --service iam --region eu-west-1
  posture findings list --check s3/bucket-acl-public --account 111122223333
  posture findings list --tag env=prod --text customer
  posture findings list --assignee me --assignee none
  posture findings list --since 7d --sort newest
  posture findings list --framework fsbp --format json | jq length

A finding must pass all filters; of one that is given more than once, one
value is enough. Tags are known where a sweep had to read them. For \`me\`,
AWS is asked who you are.

Statuses:
  open            the check fails, and nothing hides it
  covered         another open finding of the same resource already says it
  suppressed      a person suppressed it, until an expiry
  resolved        it was proved that nothing is wrong any more
  unmonitored     its account or region is no longer watched
  retired         its check is switched off

Environment:
${STORE}
${COLOURS}

${DONE}`,
  show: `Examples:
  posture findings show 001bf4
  posture findings show arn:aws:s3:::example-bucket
      where the resource has one finding
  posture findings show 001bf4 --format json | jq .finding.message.evidence

It says what is wrong and why that matters, the evidence, and the steps and
commands that end it.

Environment:
${STORE}
${COLOURS}

${DONE}`,
};

export const STORE_HELP: Readonly<Record<"info" | "migrate", string>> = {
  info: `Examples:
  posture store info
  posture store info --store postgres://posture@db.example.com/posture
  posture store info --format json | jq .head

It changes nothing, and works beside a running bot.

Environment:
${STORE}
${COLOURS}

${DONE}`,
  migrate: `Examples:
  posture store migrate --to postgres://posture@db.example.com/posture --dry-run
  posture store migrate --to postgres://posture@db.example.com/posture
      the password may stand in the URL, in PGPASSWORD or in ~/.pgpass

Every record is copied byte for byte, so that the audit log keeps its chain.
Stop the bot first. An attempt that was stopped goes on where it ended; a
database that holds another log is refused. The store itself stays as it is.

Environment:
${STORE}

${DONE}`,
};
