import type { Severity } from "@posture/core";
import { EVENTS_OFF, type Listed } from "@posture/runtime";
import { ACCOUNT, listed, NOW, refOf, summaryOf } from "../finding.test.fixture.ts";
import { pageOf } from "../views/pages.ts";
import { NO_FILTER } from "./codec.ts";
import type { HomeModel, HomeRow } from "./model.ts";

export function rowsOf(count: number, severity: Severity = "critical", more: Partial<Listed["finding"]> = {}): HomeRow[] {
  return Array.from({ length: count }, (_, i) => ({
    listed: listed("open", { severity, ref: refOf(`bucket-${i}`), ...more }),
    link: null,
  }));
}

export function homeOf(more: Partial<HomeModel> = {}): HomeModel {
  return {
    summary: summaryOf(),
    trouble: null,
    unspoken: [],
    events: EVENTS_OFF,
    picture: null,
    said: null,
    may: { open: true, export: true, approve: true, decline: true },
    filter: NO_FILTER,
    choices: { categories: ["iam", "s3"], regions: ["eu-west-1", "global"], accounts: [{ id: ACCOUNT, name: null }] },
    page: pageOf(7, 1),
    findings: rowsOf(7),
    oldest: rowsOf(2),
    mine: null,
    approvals: { total: 0, first: [] },
    nextSweep: null,
    checks: 40,
    store: ".posture",
    versions: { posture: "0.1.0", node: "26.10.0" },
    now: NOW,
    ...more,
  };
}
