/** docs/tutorial.md: its commands in their order, in one folder, print what the page shows, apart from times. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { withoutTimes, writeShownPrograms } from "../../tools/documentation/console-blocks.ts";
import { readSpecPage } from "../../tools/documentation/spec-page.ts";
import { tutorials } from "../../tools/documentation/tutorials.ts";
import { shown, workingDirectory } from "./run-fcn.ts";

const blocks = readSpecPage(tutorials.images);
const consoles = blocks.filter(({ language }) => language === "console");

const directory = workingDirectory();
beforeAll(() => writeShownPrograms(blocks, directory));

describe("the tutorial", () => {
  it("has ten commands", () => expect(consoles).toHaveLength(10));

  it.each(consoles)(
    "says what the command at line $line prints (apart from times)",
    async ({ text, values }) => {
      const [command = "", ...rest] = text.split("\n");
      const run = await shown(directory, command);
      expect(withoutTimes(run.text)).toBe(withoutTimes(rest.join("\n").trimEnd()));
      expect(run.status).toBe(Number(values.get("status")?.[0]));
    },
  );

  it("ends with what it promises: a figure, a report, predictions, a model", () => {
    for (const file of ["shapes.svg", "out/first/report.html", "runs.html", "shapes.onnx"])
      expect(existsSync(join(directory, file)), file).toBe(true);
    const metrics = JSON.parse(readFileSync(join(directory, "out", "first", "metrics.json"), "utf8"));
    expect(metrics.outputs.labels.mean_iou).toBeGreaterThan(0.8);
  });
});

describe("times of a page", () => {
  it("are left out of the comparison, and nothing else is", () => {
    const line = "epoch 1/8  loss 0.9563  mean IoU 0.667  8.4 images/s  1 min 04 s  best";
    expect(withoutTimes(line)).toBe("epoch 1/8  loss 0.9563  mean IoU 0.667  N images/s  T  best");
    expect(withoutTimes("finished after 8 epochs, 19 s")).toBe("finished after 8 epochs, T");
    expect(withoutTimes("needs 16.3 MB, 8 steps, 2 h 03 min")).toBe("needs 16.3 MB, 8 steps, T");
  });
});
