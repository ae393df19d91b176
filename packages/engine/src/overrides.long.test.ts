/* The same rules and doors, and four times as many. */

process.env["POSTURE_PROPERTY_RUNS"] ??= "2000";
await import("./overrides.property.test.ts");
