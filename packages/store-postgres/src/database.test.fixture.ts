import { randomUUID } from "node:crypto";
import type { Instant } from "@posture/core";
import { inject } from "vitest";
import { openPostgresStore, type PostgresStore } from "./store.ts";

const RUN = randomUUID().slice(0, 8);

/** The shared server, and a schema of that name for this file alone. */
export function urlOf(place: string): string {
  return `${inject("postgresUrl")}?schema=${RUN}_${place}`;
}

export function now(): Instant {
  return new Date().toISOString();
}

export function openAt(place: string): Promise<PostgresStore> {
  return openPostgresStore({ url: urlOf(place), now });
}
