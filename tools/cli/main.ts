#!/usr/bin/env node
/** The command `fcn`, as a process. */
import { leaveQuietlyWhenNobodyReads } from "./console/broken-pipe.ts";
import { runProgram } from "./run-program.ts";

leaveQuietlyWhenNobodyReads();
process.exitCode = await runProgram(process.argv.slice(2));
