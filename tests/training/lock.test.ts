import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRunning, thisProcess } from "../../runtime/training/process-identity.ts";
import { holdRunFolder } from "../../runtime/training/run-folder.ts";
import { lockRun } from "../../runtime/training/run-lock.ts";
import { scratch, tinyConfiguration, trainTiny } from "./tiny-run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fcn-lock-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with a lock of the given process. */
function lockedBy(name: string, claim: object): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, "training-1.lock"), `${JSON.stringify(claim)}\n`);
  return path;
}

/** What a process that has ended was. */
async function endedProcess() {
  const child = spawn(process.execPath, ["-e", "0"], { stdio: "ignore" });
  const { pid } = child;
  await new Promise((resolve) => child.on("close", resolve));
  if (pid === undefined) throw new Error("the process did not start");
  return { ...thisProcess(), process: pid };
}

describe("the lock of a run", () => {
  it("is held by one, refuses others, names the process, and is free again when released", async () => {
    const path = join(folder, "one");
    const held = await holdRunFolder(path, "new");
    await expect(holdRunFolder(path, "new")).rejects.toThrow(
      `${path} is in use: process ${process.pid} trains there`,
    );
    await held.release();
    await (await holdRunFolder(path, "new")).release();
    expect(readdirSync(folder)).not.toContain("one"); // made for a run that wrote nothing
  });

  it("of a process that has ended is replaced, and removed", async () => {
    const path = lockedBy("ended", await endedProcess());
    const lock = await lockRun(path);
    expect(readdirSync(path)).toEqual(["training-2.lock"]);
    await lock.release();
    expect(readdirSync(path)).toEqual([]);
  });

  it("of an earlier process with the number of one that runs is replaced", async () => {
    const path = lockedBy("number", { ...thisProcess(), started: "another start" });
    await (await lockRun(path)).release();
    expect(readdirSync(path)).toEqual([]);
  });

  it("of another host is refused, with the file to delete", async () => {
    const path = lockedBy("host", { host: `not-${hostname()}`, process: 7, started: null });
    await expect(lockRun(path)).rejects.toMatchObject({
      message: `${path} is in use: process 7 on not-${hostname()} trains there (${join(path, "training-1.lock")})`,
      help: expect.stringContaining(`if it has ended, delete ${join(path, "training-1.lock")}`),
    });
    expect(readdirSync(path)).toEqual(["training-1.lock"]);
  });

  it("that does not say whose it is is refused, with the file to delete", async () => {
    const path = lockedBy("unknown", {});
    await expect(lockRun(path)).rejects.toMatchObject({
      help: `if no run trains there, delete ${join(path, "training-1.lock")}`,
    });
  });

  for (const state of ["no lock", "the lock of a process that has ended"])
    it(`is got by at most one of twenty that race for it, with ${state} there`, async () => {
      const ended = await endedProcess();
      for (let round = 0; round < 20; round++) {
        const path = state === "no lock" ? join(folder, `free ${round}`) : lockedBy(`raced ${round}`, ended);
        mkdirSync(path, { recursive: true });
        const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockRun(path)));
        const held = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
        expect(held.length).toBeLessThanOrEqual(1);
        for (const result of results) {
          if (result.status === "rejected") expect(result.reason.message).toContain("is in use: process");
        }
        const [lock] = held;
        await lock?.assertHeld();
        expect(readdirSync(path)).toHaveLength(held.length);
        await lock?.release();
      }
    });

  it("that was deleted stops its holder before the next write", async () => {
    const path = join(folder, "deleted");
    mkdirSync(path);
    const lock = await lockRun(path);
    rmSync(join(path, "training-1.lock"));
    await expect(lock.assertHeld()).rejects.toThrow(/training-1\.lock, is gone/);
    await lock.release();
  });
});

it("a process that runs is known from one that has ended and from one of another machine", async () => {
  expect(isRunning(thisProcess())).toBe(true);
  expect(isRunning(await endedProcess())).toBe(false);
  expect(isRunning({ host: "elsewhere", process: process.pid, started: null })).toBeUndefined();
});

describe("a run", () => {
  it("keeps every other one out of its folder until it ends, a resumed one too", async () => {
    const { path, remove } = await scratch();
    const refused: Promise<unknown>[] = [];
    const configuration = { ...tinyConfiguration, epochs: 2 };
    await trainTiny(path, "out", {
      configuration,
      observer: (event) => {
        if (event.kind !== "epoch" || event.line.epoch !== 1) return;
        for (const mode of ["new", "overwrite", "resume"] as const)
          refused.push(trainTiny(path, "out", { configuration, mode }).catch((error: unknown) => error));
      },
    });
    for (const error of await Promise.all(refused))
      expect(error).toMatchObject({
        message: `${join(path, "out")} is in use: process ${process.pid} trains there`,
      });
    expect(refused).toHaveLength(3);
    const resumed = await trainTiny(path, "out", { configuration, mode: "resume" });
    expect(resumed).toMatchObject({ ended: "finished", steps: 8 });
    remove();
  });

  it("removes what a killed one left unfinished, and nothing else", async () => {
    const { path, remove } = await scratch();
    const out = join(path, "out");
    mkdirSync(out);
    const part = "checkpoint.safetensors.01234567-89ab-cdef-0123-456789abcdef.part";
    const lockPart = "training-1.lock.01234567-89ab-cdef-0123-456789abcdef.part";
    writeFileSync(join(out, part), "half");
    writeFileSync(join(out, lockPart), JSON.stringify(await endedProcess()));
    writeFileSync(join(out, "mine.part"), "kept");
    await trainTiny(path, "out", { configuration: { ...tinyConfiguration, epochs: 1 } });
    const names = readdirSync(out);
    expect(names.filter((name) => name.endsWith(".part"))).toEqual(["mine.part"]);
    expect(readFileSync(join(out, "mine.part"), "utf8")).toBe("kept");
    remove();
  });
});
