/** Which process on which machine, in a form that another process can check later. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

export interface ProcessIdentity {
  readonly host: string;
  readonly process: number;
  /** When the process started, as the system says it; process numbers are used again. `null` where it does not say. */
  readonly started: string | null;
}

export function thisProcess(): ProcessIdentity {
  return { host: hostname(), process: process.pid, started: startOf(process.pid) ?? null };
}

/** `undefined`: of another machine, nothing is known. */
export function isRunning({ host, process: id, started }: ProcessIdentity): boolean | undefined {
  if (host !== hostname()) return undefined;
  if (!exists(id)) return false;
  const now = startOf(id);
  return started === null || now === undefined || now === started;
}

function exists(id: number): boolean {
  try {
    process.kill(id, 0); // signal 0 asks only
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // another user's
  }
}

/**
 * Linux: the boot and the clock ticks since (proc(5), /proc/pid/stat, fields 3 and 22); elsewhere what `ps` says.
 * A process that has ended and that its parent has not collected yet has no start.
 */
function startOf(id: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold spaces
    if (fields[0] === "Z" || fields[0] === "X") return "ended";
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${fields[19]}`;
  } catch {
    const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(id)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    return status === 0 && stdout.trim() !== "" ? stdout.trim() : undefined;
  }
}
