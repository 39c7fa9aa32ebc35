/** Cross-validation from the command line, on synthetic scenes. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { foldSummary, spreadOf } from "../../runtime/training/fold-summary.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
const train = (...words: readonly string[]) =>
  fcn(directory, "train", "tiny.fcn", "--engine", "wasm", "--epochs", "1", ...words);
beforeAll(() => writeTiny(directory, tinyProgram, "--count", "9", "--validate", "0"));

const measuresOf = (fold: number) =>
  JSON.parse(readFileSync(join(directory, "out/Tiny", `fold-${fold}`, "metrics.json"), "utf8"));

describe("fcn train --folds", () => {
  it("makes a run for each fold, and a summary with mean and deviation", async () => {
    const { status, out, err } = await train("--folds", "3");
    expect(err).toContain("fold 3 of 3");
    expect(err).toContain("validated on fold 2 of 3");
    expect(status).toBe(0);
    expect(readdirSync(join(directory, "out/Tiny")).sort()).toEqual([
      "fold-1",
      "fold-2",
      "fold-3",
      "folds.json",
    ]);
    const found = [1, 2, 3].map(measuresOf);
    const summary = JSON.parse(readFileSync(join(directory, "out/Tiny/folds.json"), "utf8"));
    expect(summary).toEqual(JSON.parse(JSON.stringify(foldSummary("Tiny", found))));
    const ious = found.map(({ outputs }) => outputs.labels.mean_iou as number);
    const mean = ious.reduce((sum, one) => sum + one, 0) / 3;
    const deviation = Math.sqrt(ious.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 2);
    expect(summary.measures["labels.mean_iou"]).toEqual({
      mean: expect.closeTo(mean, 12),
      deviation: expect.closeTo(deviation, 12),
      count: 3,
    });
    expect(out).toContain("labels.mean_iou");
    expect(out).toMatch(/\nmean +\d\.\d{4}/);
    expect(out).toMatch(/\nstd +\d\.\d{4}/);
  });

  it("--resume makes the folds that are missing, and leaves the others as they are", async () => {
    const before = measuresOf(1);
    const summary = readFileSync(join(directory, "out/Tiny/folds.json"), "utf8");
    rmSync(join(directory, "out/Tiny/fold-2"), { recursive: true });
    expect((await train("--folds", "3")).err).toContain("already holds a training run");
    expect(existsSync(join(directory, "out/Tiny/fold-2"))).toBe(false);
    const alone = await train("--fold", "2/3");
    expect(alone.status).toBe(0);
    expect((await train("--folds", "3", "--resume")).status).toBe(0);
    expect(measuresOf(1)).toEqual(before);
    expect(readFileSync(join(directory, "out/Tiny/folds.json"), "utf8")).toBe(summary);
  });

  it("refuses another fold's run, and what is no fold", async () => {
    const other = await train("--fold", "2/4", "--resume");
    expect(other.status).toBe(1);
    expect(other.err).toContain("fold.of was 3 and is now 4");
    for (const fold of ["0/5", "6/5", "2", "1/1"])
      expect((await train("--fold", fold)).err).toContain(`--fold ${fold} is not a fold`);
    expect((await train("--fold", "1/2", "--folds", "2")).err).toContain("cannot be used together");
  });
});

it("the spread of one value has no deviation, and of none is none", () => {
  expect(spreadOf([2])).toEqual({ mean: 2, deviation: null, count: 1 });
  expect(spreadOf([])).toBeUndefined();
  expect(foldSummary("N", [undefined]).measures).toEqual({});
});
