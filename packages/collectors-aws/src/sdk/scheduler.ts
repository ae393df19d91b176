// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
