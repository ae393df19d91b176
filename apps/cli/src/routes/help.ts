/* What follows the options in the help of the commands about routes. */

const DONE = `Exit codes: 0 done, 1 could not be done.`;

const LIST = `Examples:
  posture routes
  posture routes --format json | jq '.routes[] | select(.unreached) | .name'
      routes that no finding ever comes to

Routes are asked in this order; the first that matches ends the asking,
unless it lets the others be asked too. docs/guide/routing.md has examples.

It reads the configuration alone.

${DONE}`;

const TEST = `Examples:
  posture routes test 001bf4
      a finding of the store, by its id or its beginning, or by ARN
  posture routes test --check s3/bucket-acl-public --account 111122223333
      one that is not there yet; the severity is the check's
  posture routes test --check s3/bucket-acl-public --tag team=a --tag env=prod
      without --tag, its tags are taken as not read
  posture routes test --check security-group/ssh-open-to-internet --principal ben@example.com
      after a change that this person made; also a whole ARN
  posture routes test 001bf4 --format json | jq -r '.destinations[].channel'

It says for each route whether it matched and why, then for each channel
what the finding is there: a message of its own or not, whom it mentions,
and how long quiet hours hold it up. Nothing is sent.

${DONE}`;

export const ROUTES_HELP: Readonly<Record<"list" | "test", string>> = { list: LIST, test: TEST };
