import { type HomeRegion, homeRegion, openAws } from "@posture/aws-access";
import type { Unheard } from "@posture/core";
import { loadConfig, type ResolvedConfig } from "@posture/config";
import { rolesOf } from "../roles.ts";
import { queueOf } from "../event-queue.ts";
import { firstPartyPlugins } from "../plugins.ts";
import { placeOfStore } from "../stores.ts";
import { channelsPoint, namedChannels } from "./channels.ts";
import { askAws, type AwsPoints, permissionsPoint } from "./aws.ts";
import { configurationPoint, nodePoint } from "./here.ts";
import type { Diagnosis, DoctorOptions } from "./doctor.ts";
import { accountsPoint } from "./accounts.ts";
import { eventsPoint, unheardIn } from "./events.ts";
import { failed, notExamined, type Point, type PointName } from "./point.ts";
import { routesPoint } from "./routes.ts";
import { settingsOf } from "./settings.ts";
import { examineSlack } from "./slack.ts";
import { storePoint } from "./store.ts";

/** What `examine` does. */
export async function runExamination({ flags, folder, now, permissions, onLook = () => {} }: DoctorOptions): Promise<Diagnosis> {
  const { env, versions } = process;
  const source = { file: flags.config ?? env["POSTURE_CONFIG"], folder };
  onLook("Configuration");
  const loaded = await attempt("Configuration", () => loadConfig({ ...source, defaults: firstPartyPlugins }));
  onLook("Credentials");
  const region = await attempt("Credentials", homeRegion);
  const aws = region.value ? await credentials(region.value, env) : null;
  onLook("Accounts");
  const accounts = await accountsOf(aws, loaded.value);
  const place = await attempt("Store", () => placeOfStore({ given: flags.store ?? env["POSTURE_STORE"], ...source }));
  onLook("Events");
  const unheard = place.value === null ? [] : await unheardIn(place.value, now);
  const events = await eventsOf(aws, loaded.value, env, unheard);
  onLook("Permissions");
  const permitted = await permissionsOf(aws, region.value, loaded.value, permissions, source);
  onLook("Store");
  const store =
    place.value === null ? notExamined("Store", "where it is, the configuration would say") : await storePoint(place.value, now);
  onLook("Slack");
  const named = loaded.value ? namedChannels(loaded.value.slack) : [];
  const slack = await examineSlack(env, named);
  onLook("Channels");
  const unasked = notExamined("Clock", "AWS was not asked, so its time is not known");
  const points: readonly Point[] = [
    nodePoint(versions.node),
    loaded.value ? configurationPoint(loaded.value) : loaded.trouble,
    loaded.value ? routesPoint(loaded.value, env["SLACK_CHANNEL"]) : notExamined("Routes", "which there are, the configuration would say"),
    ...(region.value ? [] : [region.trouble]),
    ...(aws ? [aws.credentials, aws.clock] : [unasked]),
    accounts,
    permitted,
    events,
    store,
    slack.point,
    loaded.value ? channelsPoint(named, slack.listed) : notExamined("Channels", "which there are, the configuration would say"),
  ];
  return { points, settings: settingsOf({ flags, env, config: loaded.value, region: region.value }) };
}

type Attempt<T> = { readonly value: T } | { readonly value: null; readonly trouble: Point };

async function attempt<T>(name: PointName, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { value: null, trouble: failed(name, error) };
  }
}

async function credentials(region: HomeRegion, env: NodeJS.ProcessEnv): Promise<AwsPoints> {
  const aws = openAws({});
  try {
    return await askAws(aws, region, env);
  } finally {
    aws.close();
  }
}

async function accountsOf(aws: AwsPoints | null, config: ResolvedConfig | null): Promise<Point> {
  if (!config) return notExamined("Accounts", "which there are, the configuration would say");
  if (!aws?.caller) return notExamined("Accounts", "without credentials no role can be assumed");
  const access = openAws({ roles: rolesOf(config) });
  try {
    return await accountsPoint(config.accounts, access);
  } finally {
    access.close();
  }
}

async function eventsOf(
  aws: AwsPoints | null,
  config: ResolvedConfig | null,
  env: NodeJS.ProcessEnv,
  unheard: readonly Unheard[],
): Promise<Point> {
  const place = await attempt("Events", async () => queueOf(env["POSTURE_EVENT_QUEUE"], config?.events ?? null, env));
  if ("trouble" in place) return place.trouble;
  if (!config && place.value === null) return notExamined("Events", "whether there is a queue, the configuration would say");
  if (place.value !== null && !aws?.caller) return notExamined("Events", "without credentials the queue cannot be asked");
  const access = openAws({});
  try {
    return await eventsPoint(place.value, access, { accountId: aws?.caller?.accountId ?? null, unheard });
  } finally {
    access.close();
  }
}

function permissionsOf(
  aws: AwsPoints | null,
  region: HomeRegion | null,
  config: ResolvedConfig | null,
  wanted: boolean,
  source: { readonly file: string | undefined; readonly folder: string },
): Point | Promise<Point> {
  if (!wanted) return notExamined("Permissions", "not tried, as was asked", "`posture permissions --check` tries them in every region.");
  if (!config) return notExamined("Permissions", "which are needed, the configuration would say");
  if (!region || !aws?.caller) return notExamined("Permissions", "without credentials there is nothing to try");
  return permissionsPoint(source, config, region.name);
}
