#!/usr/bin/env node
import { run } from "./program.ts";

// Signals and the exit code are this file's; everything else is loaded when a command needs it.
process.exitCode = await run(process.argv.slice(2));
