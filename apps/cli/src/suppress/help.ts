/* What follows the options in the help of the commands about suppressions. */

const DONE = `Exit codes: 0 done, 1 could not be done, or was refused.`;
const WHO = `Who asks is the ARN of your AWS credentials, or, without any, the user of
this machine. Where a bot holds the store, it does it, and updates Slack.`;

export const SUPPRESS_HELP: string = `Examples:
  posture suppress 001bf4 --reason "Public on purpose: the press kit" --days 90
      one finding
  posture suppress --arn "arn:aws:s3:::example-site-*" \\
      --check s3/bucket-website-enabled --reason "Our websites" --dry-run
      a rule, and first only what it would hide
  posture suppress --account 111122223333 --tag env=dev \\
      --or --account 444455556666 --reason "Sandboxes" --days 30 --yes
      a rule of two sets, without a question

A rule holds findings that match everything of one set, those to come too;
of an option that is given more than once, one value is enough. --or begins
another set. docs/guide/suppressions.md has the patterns of --arn.

What is suppressed is watched on, and comes back when its time is over. How
long it may last, and whether another person has to approve it, is configured.

${WHO}

${DONE}`;

export const UNSUPPRESS_HELP: string = `Examples:
  posture unsuppress s-3f0c2a91
  posture unsuppress 001bf4
      the suppression of that finding alone, never a rule

What it hid is open again at once.

${WHO}

${DONE}`;

export type HelpedSuppressions = "list" | "show" | "approve" | "decline" | "extend";

export const SUPPRESSIONS_HELP: Readonly<Record<HelpedSuppressions, string>> = {
  list: `Examples:
  posture suppressions
  posture suppressions --format json | jq '.[] | select(.hides == 0) | .id'

It reads the store alone, and works beside a running bot.

${DONE}`,
  show: `Examples:
  posture suppressions show s-3f0c2a91
      who, why, until when, and each finding that it hides now

${DONE}`,
  approve: `Examples:
  posture suppressions approve s-3f0c2a91

Another person than who asked has to approve; with the command line both
need AWS credentials, of two different ARNs.

${DONE}`,
  decline: `Examples:
  posture suppressions decline s-3f0c2a91
      it never begins; what waited was only a later expiry: that stays as it was

${DONE}`,
  extend: `Examples:
  posture suppressions extend s-3f0c2a91 --days 30
      30 days from now; within what is configured
  posture suppressions extend s-3f0c2a91 --until 2026-06-30

Where approval is needed, another person has to approve the later expiry; the
present one holds meanwhile.

${DONE}`,
};
