import type { RuleTester } from "oxlint/plugins-dev";

/** A rule as oxlint's JS plugins know it. */
export type Rule = Parameters<RuleTester["run"]>[1];
