import { COLOURS, STORE } from "../help.ts";

/* What follows the options in the help of the commands about assignees. */

const DONE = `Exit codes: 0 done, or it was so already; 1 could not be done.`;
const WHO = `Who asks is the ARN of your AWS credentials, or, without any, the user of
this machine. Where a bot holds the store, it does it, updates Slack, and
tells whoever was given a finding.`;

export const ASSIGN_HELP: string = `Examples:
  posture assign 001bf4 U024BE7LH
      a person in Slack, by their id: in their profile, Copy member ID
  posture assign 001bf4 me
  posture findings list --assignee U024BE7LH

A finding has one assignee, or none. It says nothing about its status, and
lasts until a person says otherwise.

Environment:
${STORE}
${COLOURS}

${WHO}

${DONE}`;

export const UNASSIGN_HELP: string = `Examples:
  posture unassign 001bf4
  posture findings list --assignee none

Environment:
${STORE}
${COLOURS}

${WHO}

${DONE}`;
