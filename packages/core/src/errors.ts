/**
 * Every error that a person can meet: what it says and what to do next. Holes are filled from the data of the throw.
 * docs/errors.md is generated from this table.
 */
export const ERRORS = {
  POSTURE_AWS_CREDENTIALS_MISSING: {
    says: "No AWS credentials were found: {cause}.",
    next: "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached; then try again.",
  },
  POSTURE_AWS_CREDENTIALS_REFUSED: {
    says: "AWS refused the credentials: {cause}.",
    next: "Renew the session (for SSO: `aws sso login`) or check the key, then try again.",
  },
  POSTURE_AWS_UNREACHABLE: {
    says: "AWS could not be reached at {endpoint}: {cause}.",
    next: "Check the network, the proxy and AWS_ENDPOINT_URL, then try again.",
  },
  POSTURE_AWS_ANSWER_MALFORMED: {
    says: "{endpoint} answered {operation} with something that is not AWS's answer: {cause}.",
    next: "Check AWS_ENDPOINT_URL and any proxy in between, then try again.",
  },
  POSTURE_AWS_READ_DENIED: {
    says: "{endpoint} denied {operation}: {cause}.",
    next: "Allow {action} for these credentials, then try again.",
  },
  POSTURE_AWS_REGION_UNKNOWN: {
    says: "The region {region} is not one of this account's enabled regions{nearest}",
    next: "Choose from: {regions}.",
  },
  POSTURE_AWS_REGION_INVALID: {
    says: "The region of the environment or the profile is none: {cause}.",
    next: "Set AWS_REGION to one such as us-east-1, or mend the profile.",
  },
  POSTURE_AWS_OPERATION_REFUSED: {
    says: "{service}:{operation} is not a read that an enabled check declares, so it was not sent.",
    next: "Declare the call on a facet or a listing of the resource kind.",
  },
  POSTURE_EVENTS_QUEUE_MISSING: {
    says: "There is no queue {queue}: {cause}.",
    next: "Check account, region and name in its URL: POSTURE_EVENT_QUEUE, or `events.queue` of the configuration. `posture events template` makes one.",
  },
  POSTURE_EVENTS_QUEUE_INVALID: {
    says: "The queue of changes is not given as it has to be: {problem}.",
    next: "Copy its URL from the output QueueUrl or from SQS. Where the URL names no region, `events.region` of the configuration does.",
  },
  POSTURE_EVENTS_REGIONS_APART: {
    says: "No event gets from {regions} to {home}: they are in different partitions of AWS, which share no accounts.",
    next: "Give `--home` and `--regions` of one partition, and print a template for each.",
  },
  POSTURE_EVENTS_ACCOUNTS_TOO_MANY: {
    says: "The policy of an event bus has no room for {count} accounts; {most} are the most.",
    next: "Name the organization instead: `posture events template --organization o-…`. Accounts that are not watched are then taken and not worked on.",
  },
  POSTURE_CONFIG_UNREADABLE: {
    says: "The configuration file {file} could not be loaded: {cause}.",
    next: "Mend the file, or run without it to use the defaults.",
  },
  POSTURE_CONFIG_INVALID: {
    says: "The configuration is not valid: {problems}.",
    next: "Mend what is named; `docs/guide/configuration.md` lists every setting.",
  },
  POSTURE_CONFIG_PRESENT: {
    says: "There is a configuration already: {file}.",
    next: "Give --force to have it written anew, or mend it by hand.",
  },
  POSTURE_TERMINAL_NEEDED: {
    says: "`posture {command}` asks questions, and here is no terminal to ask them on.",
    next: "Give --yes to take every default, or run it on a terminal.",
  },
  POSTURE_CHECK_UNKNOWN: {
    says: "There is no check {id}{nearest}",
    next: "`posture checks` lists the checks that are loaded.",
  },
  POSTURE_PLUGIN_NOT_A_PLUGIN: {
    says: "What the configuration lists as plugin {position} was not made by definePlugin.",
    next: "Export the value that definePlugin returns, and import that.",
  },
  POSTURE_PLUGIN_API_MISMATCH: {
    says: "The plugin {plugin} was written for plugin API {theirs}; this Posture has API {ours}.",
    next: "Install a version of {plugin} for API {ours}, or the Posture that has API {theirs}.",
  },
  POSTURE_PLUGIN_INVALID: {
    says: "The plugin {plugin} breaks the contract: {problems}.",
    next: "Tell its author, and take it out of the configuration until it is mended.",
  },
  POSTURE_KIND_INVALID: { says: "The resource kind {type} breaks the contract: {problem}.", next: "Mend the kind where it is defined." },
  POSTURE_CHECK_INVALID: { says: "The check {id} breaks the contract: {problem}.", next: "Mend the check where it is defined." },
  POSTURE_STORE_LOCKED: {
    says: "The store {place} is in use by process {pid} ({command}).",
    next: "Stop that process, or use another store with --store or POSTURE_STORE.",
  },
  POSTURE_STORE_CORRUPT: {
    says: "The store {place} is damaged: {problem}.",
    next: "Nothing was changed. Restore the folder from a backup, or move {file} aside and start again to fall back on what is whole.",
  },
  POSTURE_STORE_FOREIGN: {
    says: "{file} was not written by Posture: {problem}.",
    next: "Nothing was changed. Point --store or POSTURE_STORE at another folder or database.",
  },
  POSTURE_STORE_VERSION: {
    says: "The store {place} has version {theirs}; this Posture knows version {ours}.",
    next: "Use the newer Posture that wrote it.",
  },
  POSTURE_STORE_READ_ONLY: {
    says: "The store {place} cannot be written: {cause}.",
    next: "Nothing was changed. Free some space or mend the permissions; writing resumes by itself.",
  },
  POSTURE_STORE_UNREADABLE: {
    says: "The store {place} cannot be read: {cause}.",
    next: "Nothing was changed. Mend what is named (often the permissions of the folder), then try again.",
  },
  POSTURE_STORE_PLACE_INVALID: {
    says: "{place} is no place for a store: {problem}.",
    next: "Name {instead}.",
  },
  POSTURE_STORE_UNREACHABLE: {
    says: "The store {place} cannot be reached: {cause}.",
    next: "Check that the database server runs, and its address in --store or POSTURE_STORE, then try again.",
  },
  POSTURE_STORE_REFUSED: {
    says: "The database of the store {place} refused: {cause}.",
    next: "Check the user and its password, and what the user may do (CREATE on the database, or all on the schema), then try again.",
  },
  POSTURE_STORE_DATABASE_MISSING: {
    says: "There is no database for the store {place}: {cause}.",
    next: "Create it (`createdb {database}`), or name another one with --store or POSTURE_STORE.",
  },
  POSTURE_STORE_UNSUPPORTED: {
    says: "The database server of the store {place} cannot keep it: {problem}.",
    next: "Use {needed}.",
  },
  POSTURE_STORE_OUTDATED: {
    says: "The store {place} has version {theirs}; this Posture needs version {ours}.",
    next: "Start a Posture of this version that may write (`posture scan`, or the bot): it brings the store to version {ours}.",
  },
  POSTURE_STORE_DATABASE_CORRUPT: {
    says: "The store {place} is damaged: {problem}.",
    next: "Nothing was changed. Restore the database from a backup.",
  },
  POSTURE_STORE_OUTCOME_UNKNOWN: {
    says: "The connection to the store {place} was lost while record {seq} was committed, and since then nobody could be asked whether it was kept: {cause}.",
    next: "When the database answers again, look at what was to be changed, and do it again if it was not.",
  },
  POSTURE_STORE_OTHER: {
    says: "The store {place} already holds another log: {problem}.",
    next: "Nothing was changed. Move into an empty database, or into another schema of it (?schema=name).",
  },
  POSTURE_STORE_SILENT: {
    says: "The process that holds the store {place} did not answer: {cause}.",
    next: "Look at what that process logs; if it hangs, stop it and try again.",
  },
  POSTURE_AUDIT_MISSING: {
    says: "There is no audit log at {place}.",
    next: "Point --store or POSTURE_STORE at the store that is meant; `posture scan` makes one.",
  },
  POSTURE_ANCHOR_INVALID: {
    says: "{anchor} is no anchor: {cause}.",
    next: "Give `seq:hash` as `posture audit verify` prints it, or a file that holds it.",
  },
  POSTURE_AUDIT_SUBJECT_UNKNOWN: {
    says: "The audit log knows no finding and no suppression {id}.",
    next: "`posture findings` and `posture audit list` name them; an id may be shortened as long as it is unique.",
  },
  POSTURE_AUDIT_SUBJECT_AMBIGUOUS: { says: "{id} could be any of {candidates}.", next: "Add a few more characters." },
  POSTURE_EVENT_UNKNOWN: { says: "The audit log has no type of event {type}{nearest}", next: "Choose from: {types}." },
  POSTURE_FINDING_UNKNOWN: {
    says: "There is no finding {id}.",
    next: "`posture findings` lists them; an id may be shortened as long as it is unique.",
  },
  POSTURE_FINDING_AMBIGUOUS: { says: "{id} could be any of {candidates}.", next: "Add a few more characters." },
  POSTURE_SUPPRESSION_UNKNOWN: {
    says: "No suppression that has not ended is called {id}, or is about such a finding.",
    next: "`posture suppressions` lists them; an id may be shortened as long as it is unique.",
  },
  POSTURE_SUPPRESSION_AMBIGUOUS: { says: "{id} could be any of the suppressions {candidates}.", next: "Add a few more characters." },
  POSTURE_SUPPRESSION_BY_RULE: {
    says: "The finding {id} has no suppression of its own; the rule {rule} hides it.",
    next: "`posture suppressions show {rule}` says what else the rule hides; `posture unsuppress {rule}` lifts all of it.",
  },
  POSTURE_SUPPRESSION_TARGET: {
    says: "A suppression is about one finding, or by a rule; {how}.",
    next: "Give a finding's id, or --check, --account, --region, --arn or --tag; `posture suppress --help` shows both.",
  },
  POSTURE_CONFIRMATION_NEEDED: {
    says: "The rule would hide {count} findings now and others to come, and nobody is there to agree.",
    next: "Look at it with --dry-run, then give --yes.",
  },
  POSTURE_STORE_NONE: { says: "There is no store at {place}.", next: "`posture scan` makes one; --store and POSTURE_STORE name another." },
  POSTURE_SUPPRESSION_REFUSED: { says: "Nothing was suppressed or changed: {why}.", next: "{next}" },
  POSTURE_FRAMEWORK_UNKNOWN: { says: "There is no framework {framework}{nearest}", next: "Choose from: {frameworks}." },
  POSTURE_CATEGORY_UNKNOWN: { says: "There is no category {category}{nearest}", next: "Choose from: {categories}." },
  POSTURE_STATUS_UNKNOWN: { says: "There is no status {status}{nearest}", next: "Choose from: {statuses}." },
  POSTURE_SETTINGS_INVALID: { says: "Some settings are missing or wrong:\n{problems}", next: "Set what is named and start again." },
  POSTURE_SLACK_REFUSED: {
    says: "Slack refused the app: {why}.",
    next: "Install the app in the workspace again, and set SLACK_BOT_TOKEN to the token that it shows.",
  },
  POSTURE_SLACK_APP_TOKEN_REFUSED: {
    says: "Slack refused the app-level token: {why}.",
    next: "Make one with the scope connections:write under Basic Information, turn Socket Mode on, and set SLACK_APP_TOKEN to it.",
  },
  POSTURE_SLACK_CHANNEL_UNKNOWN: {
    says: "The app sees no channel {channel}.",
    next: "Check SLACK_CHANNEL, and invite the app to the channel with /invite.",
  },
  POSTURE_PORT_TAKEN: { says: "Port {port} is in use by another process.", next: "Choose another with {setting}." },
  POSTURE_BOT_ENDED: {
    says: "The bot of the demo ended by itself ({how}). Its last words: {words}",
    next: "Mend what they name; `posture demo --verbose` shows all that it says.",
  },
  POSTURE_WORLD_INVALID: {
    says: "The world {file} is not valid: {problems}.",
    next: "Compare it with the JSON Schema in packages/sandbox/world.schema.json.",
  },
  POSTURE_WORLD_UNREADABLE: {
    says: "The world {file} could not be read: {cause}.",
    next: "Name a file that is there with --world, or leave it out for the demo's.",
  },
  POSTURE_OUTPUT_FAILED: {
    says: "The result could not be written: {cause}.",
    next: "Free some space or choose another place for it, then run again; what was kept in the store is safe.",
  },
  POSTURE_PICTURE_ON_TERMINAL: {
    says: "A PNG is no text, and standard output is a terminal.",
    next: "Name a file with --output, or send it into one with `>`; `--format table` draws the chart in characters.",
  },
  POSTURE_DAY_UNKNOWN: {
    says: "The store knows nothing of {day}.",
    next: "Choose a day from {first} to {last} (UTC).",
  },
  POSTURE_WORKER_STOPPED: {
    says: "The collecting thread stopped: {cause}.",
    next: "Run again; if it stops again, report it with this message.",
  },
  POSTURE_DEADLINE_PASSED: {
    says: "{what} did not finish within {seconds} s.",
    next: "What was read is kept; look at the coverage, then try again.",
  },
} as const;

export type ErrorCode = keyof typeof ERRORS;
type Holes<T extends string> = T extends `${string}{${infer K}}${infer Rest}` ? K | Holes<Rest> : never;
type DataOf<C extends ErrorCode> = {
  readonly [K in Holes<(typeof ERRORS)[C]["says"]> | Holes<(typeof ERRORS)[C]["next"]>]: string | number;
};

const BRAND: symbol = Symbol.for("posture.error");

/** An error for people: its message names the thing and the cause, `next` the next step. */
export class PostureError extends Error {
  override readonly name = "PostureError";
  readonly code: ErrorCode;
  readonly next: string;
  constructor(code: ErrorCode, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.next = next;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Makes the error of that code; `cause` is kept for the log. */
export function postureError<C extends ErrorCode>(code: C, data: DataOf<C>, cause?: unknown): PostureError {
  const { says, next } = ERRORS[code];
  return new PostureError(code, filled(says, data), filled(next, data), cause === undefined ? {} : { cause });
}

/** True also for the error of another copy of this package. */
export function isPostureError(error: unknown): error is PostureError {
  return typeof error === "object" && error !== null && BRAND in error;
}

function filled(template: string, data: Readonly<Record<string, string | number>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (hole, name: string) => String(data[name] ?? hole));
}
