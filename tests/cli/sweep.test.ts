/** Sweeps from the command line, on synthetic scenes: each trial a run, resumed after a kill. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readSafetensors } from "../../runtime/weights/safetensors.ts";
import { fcn, startFcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
const program = tinyProgram.replace(
  "  seed      1\n",
  "  seed      1\n  sweep     halving(4, epochs = 1, factor = 2), width = [2, 3], learning_rate = 1e-3 .. 1e-1\n",
);
const sweep = (...words: readonly string[]) =>
  fcn(directory, "sweep", "tiny.fcn", "--engine", "wasm", ...words);
beforeAll(async () => {
  await writeTiny(directory, program);
  writeFileSync(join(directory, "plain.fcn"), tinyProgram);
});

const textOf = (...path: readonly string[]) => readFileSync(join(directory, ...path), "utf8");
async function weightsOf(out: string, trial: number) {
  const { weights } = await readSafetensors(
    join(directory, out, `trial-00${trial}`, "checkpoint.safetensors"),
  );
  return [...weights].map(([name, { data }]) => [name, [...data]]);
}

describe("fcn sweep", () => {
  it("lists the trials without training any", async () => {
    const { status, out, err } = await sweep("--list");
    expect(status).toBe(0);
    expect(err).toContain("4 trials in 2 rounds: 4 trials to epoch 1, 2 trials to epoch 2");
    expect(out.trim().split("\n")).toHaveLength(5);
    expect(existsSync(join(directory, "out"))).toBe(false);
  });

  it("trains each trial as a run, and ends with a table and a plot", async () => {
    const { status, out } = await sweep("--out", "whole");
    expect(status).toBe(0);
    expect(readdirSync(join(directory, "whole")).sort()).toEqual([
      "sweep.csv",
      "sweep.json",
      "sweep.svg",
      "trial-001",
      "trial-002",
      "trial-003",
      "trial-004",
    ]);
    const { trials, measure } = JSON.parse(textOf("whole", "sweep.json"));
    expect(measure).toBe("labels.mean_iou");
    expect(trials.map(({ epochs }: { epochs: number }) => epochs).sort()).toEqual([1, 1, 2, 2]);
    for (const { trial, values, rounds } of trials) {
      const run = JSON.parse(textOf("whole", `trial-00${trial}`, "run.json"));
      expect(run.parameters.width).toBe(values.width);
      expect(run.settings["optimizer.learning_rate"]).toBe(values.learning_rate);
      expect(Object.keys(run.settings).filter((name) => name.startsWith("sweep"))).toEqual([]);
      const best = JSON.parse(textOf("whole", `trial-00${trial}`, "metrics.json"));
      expect(rounds.at(-1)).toBe(best.outputs.labels.mean_iou);
    }
    expect(textOf("whole", "sweep.csv").split("\n")[0]).toBe(
      "trial,width,learning_rate,epochs,best_epoch,labels.mean_iou,note",
    );
    expect(textOf("whole", "sweep.svg")).toContain("<svg");
    expect(out).toContain("labels.mean_iou");
  });

  it("killed in the middle and resumed gives the same trials, and weights bit by bit", async () => {
    const running = startFcn(directory, "sweep", "tiny.fcn", "--engine", "wasm", "--out", "killed");
    const log = join(directory, "killed", "trial-002", "metrics.jsonl");
    while (!(existsSync(log) && readFileSync(log, "utf8").includes('"kind":"steps"')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill("SIGKILL");
    await running.finished;
    expect((await sweep("--out", "killed")).err).toContain("resume it by --resume");
    expect((await sweep("--out", "killed", "--resume")).status).toBe(0);
    for (const file of ["sweep.json", "sweep.csv", "sweep.svg"])
      expect(textOf("killed", file), file).toBe(textOf("whole", file));
    for (const trial of [1, 2, 3, 4])
      expect(await weightsOf("killed", trial), `trial ${trial}`).toEqual(await weightsOf("whole", trial));
  });

  it("refuses to resume another sweep, and a program without one", async () => {
    writeFileSync(join(directory, "tiny.fcn"), program.replace("width = [2, 3]", "width = [2, 4]"));
    const other = await sweep("--out", "whole", "--resume");
    expect(other.status).toBe(1);
    expect(other.err).toContain("width was [2, 3] and is now [2, 4]");
    const plain = await fcn(directory, "sweep", "plain.fcn");
    expect(plain.status).toBe(1);
    expect(plain.err).toContain("plain.fcn has no sweep in a train section for Tiny");
    writeFileSync(join(directory, "tiny.fcn"), program.replace("width = [2, 3]", "width = [2, 0]"));
    const wrong = await sweep("--out", "wrong");
    expect(wrong.status).toBe(1);
    expect(existsSync(join(directory, "wrong"))).toBe(false);
    rmSync(join(directory, "whole"), { recursive: true });
  });
});
