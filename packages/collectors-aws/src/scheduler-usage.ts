import type { ScheduleSummary, Target } from "@aws-sdk/client-scheduler";
import { type AwsHost, callOf, present } from "@posture/aws-access";
import { securityGroup } from "@posture/resources-aws/ec2";
import { unlessGone, type User, usersIn, type UsersReader } from "./group-users.ts";
import { gathered, itemsOf } from "./pages.ts";

const LIST = callOf(securityGroup, "scheduler:ListSchedules");
const GET = callOf(securityGroup, "scheduler:GetSchedule");
const PAGE = 100;

/** Schedules of EventBridge Scheduler that start tasks of ECS; of the others nothing but the listing is read. */
export const schedules: UsersReader = usersIn(async (aws, region) => {
  const { ListSchedulesCommand, SchedulerClient } = await import("./sdk/scheduler.ts");
  const listed = itemsOf(LIST, async (NextToken) => {
    const command = new ListSchedulesCommand({ MaxResults: PAGE, ...(NextToken && { NextToken }) });
    const { output } = await aws.send(SchedulerClient, command, { region, call: LIST, shared: true });
    return { items: present(output.Schedules, "Schedules", LIST), next: output.NextToken };
  });
  const starting = (await gathered(listed)).filter(startsTasks);
  return (await Promise.all(starting.map((schedule) => startedBy(aws, region, schedule)))).flat();
});

/** The target is a cluster, or ECS itself: `arn:aws:scheduler:::aws-sdk:ecs:runTask`. */
const STARTS_TASKS = /^arn:[a-z-]+:(ecs:|scheduler:::aws-sdk:ecs:)/;

function startsTasks({ Target: target }: ScheduleSummary): boolean {
  return STARTS_TASKS.test(present(target?.Arn, "Target.Arn", LIST));
}

function startedBy(aws: AwsHost, region: string, schedule: ScheduleSummary): Promise<readonly User[]> {
  const Name = present(schedule.Name, "Name", LIST);
  const GroupName = present(schedule.GroupName, "GroupName", LIST);
  return unlessGone("ResourceNotFoundException", async () => {
    const { GetScheduleCommand, SchedulerClient } = await import("./sdk/scheduler.ts");
    const { output } = await aws.send(SchedulerClient, new GetScheduleCommand({ Name, GroupName }), { region, call: GET, shared: true });
    return [{ by: `${GroupName}/${Name}`, groups: groupsOf(present(output.Target, "Target", GET)) }];
  });
}

/** What is said to ECS itself is text: the request that will be sent. */
function groupsOf({ EcsParameters, Input }: Target): User["groups"] {
  return [EcsParameters?.NetworkConfiguration?.awsvpcConfiguration?.SecurityGroups, Input?.match(/\bsg-[0-9a-z]+\b/g) ?? undefined];
}
