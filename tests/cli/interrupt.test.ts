import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fcn, fcnProgram, startFcn, workingDirectory } from "./run-fcn.ts";
import { writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
beforeAll(() => writeTiny(directory));

const forever = (out: string) => ["train", "tiny.fcn", "--engine", "wasm", "--epochs", "5000", "--out", out];
const hasCheckpoint = (out: string) => existsSync(join(directory, out, "checkpoint.safetensors"));

describe("a training run", () => {
  it("keeps a second one out of its folder, --resume and --force included, with exit status 1", async () => {
    const running = startFcn(directory, ...forever("shared"));
    await until(() => hasCheckpoint("shared"));
    for (const mode of [[], ["--resume"], ["--force"]]) {
      const { status, err } = await fcn(directory, ...forever("shared"), ...mode);
      expect(status).toBe(1);
      expect(err).toContain(`error: shared is in use: process ${running.child.pid} trains there`);
    }
    running.child.kill("SIGINT");
    expect((await running.finished).status).toBe(130);
    expect(readdirSync(join(directory, "shared")).filter((name) => name.endsWith(".lock"))).toEqual([]);
  });

  it("that was killed leaves a lock that the next one takes over", async () => {
    const running = startFcn(directory, ...forever("killed"));
    await until(() => hasCheckpoint("killed"));
    running.child.kill("SIGKILL");
    await running.finished;
    expect(readdirSync(join(directory, "killed"))).toContain("training-1.lock");
    const resumed = await fcn(directory, ...forever("killed"), "--resume", "--epochs", "1");
    expect(resumed).toMatchObject({ status: 0 });
    expect(readdirSync(join(directory, "killed")).filter((name) => name.endsWith(".lock"))).toEqual([]);
  });

  for (const signal of ["SIGTERM", "SIGHUP"] as const)
    it(`ends in order at ${signal}, even when nobody reads what it says`, async () => {
      const running = startFcn(directory, ...forever(signal));
      await until(() => hasCheckpoint(signal));
      running.child.stderr?.destroy();
      running.child.stdout?.destroy();
      running.child.kill(signal);
      running.child.kill(signal); // a closing terminal and its shell may each send one
      expect((await running.finished).status).toBe(130);
      const names = readdirSync(join(directory, signal));
      expect(names).toContain("report.html");
      expect(names.filter((name) => /\.(part|lock)$/.test(name))).toEqual([]);
    });

  it.skipIf(spawnSync("script", ["--version"]).status !== 0)(
    "answers Ctrl-C in a line of its own, not in the line of the progress bar (skipped without util-linux's script)",
    async () => {
      const command = [process.execPath, fcnProgram, ...forever("bar")].join(" ");
      const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
        cwd: directory,
        env: { ...process.env, TERM: "xterm" },
      });
      let seen = "";
      child.stdout.on("data", (part: Buffer) => {
        seen += part.toString("utf8");
      });
      const ended = new Promise((resolve) => child.on("close", resolve));
      await until(() => hasCheckpoint("bar") && seen.includes("█"));
      child.stdin.write("\u0003");
      await ended;
      const line = seen
        .replaceAll("\u001b[2K", "\n")
        .split("\n")
        .find((text) => text.includes("finishing"));
      expect(line).toMatch(/^interrupted: finishing this step, then writing a checkpoint\r?$/);
      expect(seen).toMatch(/interrupted after [\d,]+ steps/);
    },
  );
});

it("--checkpoint-every writes checkpoints inside an epoch, by minutes", async () => {
  const running = startFcn(directory, ...forever("often"), "--batch", "1", "--checkpoint-every", "0.000001");
  const file = join(directory, "often", "checkpoint.safetensors");
  await until(() => hasCheckpoint("often") && /stepInEpoch\\":[1-9]/.test(readFileSync(file, "latin1")));
  running.child.kill("SIGKILL");
  await running.finished;
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20)); // the test's own time limit ends this
}
