/** The commit of this checkout. */
import { spawnSync } from "node:child_process";
import { packageRoot } from "./package-root.ts";

/** "ae111ce2", or "ae111ce2-dirty" where files differ from it. */
export function commitOfSources(): string {
  const given = ["describe", "--always", "--dirty", "--exclude=*", "--abbrev=8"];
  const { status, stdout } = spawnSync("git", given, { cwd: packageRoot(), encoding: "utf8" });
  return status === 0 ? stdout.trim() : "an unknown commit";
}
