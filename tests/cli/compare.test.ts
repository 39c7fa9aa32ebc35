import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordFormat } from "../../runtime/training/record/run-record.ts";
import { fcn } from "./run-fcn.ts";

let directory: string;

const epoch = (number: number, iou: number) => ({
  kind: "epoch",
  epoch: number,
  step: 4 * number,
  loss: 1 / number,
  rate: 0.1,
  validation_loss: 1 / number,
  outputs: { labels: { mean_iou: iou } },
  losses: { labels: 1 / number },
  class_iou: { labels: [iou, null] },
  training: { labels: { mean_iou: iou } },
  best: true,
  images_per_second: 8,
  seconds: number,
});

/** A folder as a run leaves it. */
function writeRun(name: string, seed: number, iou: number): void {
  const out = join(directory, name);
  mkdirSync(out, { recursive: true });
  const record = {
    format: recordFormat,
    network: "Net",
    parameters: { width: "4" },
    source: { sha256: "a".repeat(64), files: ["net.fcn"] },
    seed,
    settings: { seed: String(seed), "optimizer.learning_rate": "0.1" },
    layers: "b".repeat(64),
    data: { images: { files: 3, sha256: "c".repeat(64) } },
    engine: { name: "wasm" },
    machine: { cores: 2, processor: "p", platform: "linux x64" },
    versions: { fcn: "0.1.0", node: "v20" },
    parts: [{ started: "2026-01-01T00:00:00.000Z", step: 0 }],
  };
  const { loss, outputs, losses } = epoch(2, iou);
  const best = {
    network: "Net",
    epoch: 2,
    step: 8,
    loss,
    measured_on: "validation",
    outputs,
    classes: {},
    losses,
  };
  writeFileSync(join(out, "run.json"), JSON.stringify(record));
  writeFileSync(join(out, "metrics.json"), JSON.stringify(best));
  const lines = [epoch(1, iou / 2), epoch(2, iou)].map((line) => `${JSON.stringify(line)}\n`);
  writeFileSync(join(out, "metrics.jsonl"), lines.join(""));
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "fcn-compare-"));
  writeRun("one", 1, 0.5);
  writeRun("two", 2, 0.7);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("fcn compare", () => {
  it("prints the settings that differ, the metrics and the deviation over seeds", async () => {
    const { status, out } = await fcn(directory, "compare", "one", "two/");
    expect(status).toBe(0);
    expect(out).toMatch(/setting +1 +2\nseed +1 +2\n\n/);
    expect(out).toMatch(/labels mean_iou +0\.5000 +0\.7000/);
    expect(out).toContain("runs 1, 2 differ by the seed alone (1, 2): mean ± standard deviation of 2 runs");
    expect(out).toMatch(/labels mean_iou +0\.6000 ± 0\.1414/);
  });

  it("prints JSON, and writes a page or an SVG, which it overwrites only when told", async () => {
    const { status, out } = await fcn(directory, "compare", "one", "two", "--json", "-o", "c.svg");
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      runs: [{ path: "one" }, { path: "two" }],
      differences: [{ setting: "seed" }],
    });
    expect(readFileSync(join(directory, "c.svg"), "utf8")).toContain("<svg");
    expect((await fcn(directory, "compare", "one", "two", "-o", "c.svg")).err).toContain(
      "c.svg already exists",
    );
    expect((await fcn(directory, "compare", "one", "two", "-o", "c.html")).status).toBe(0);
    expect(existsSync(join(directory, "c.html"))).toBe(true);
  });

  it("refuses one run, what is no run, and a name of another kind", async () => {
    const one = await fcn(directory, "compare", "one");
    expect([one.status, one.err]).toEqual([2, expect.stringContaining("a single run cannot be compared")]);
    const none = await fcn(directory, "compare", "one", "nowhere");
    expect([none.status, none.err]).toEqual([1, expect.stringContaining("nowhere is not a folder")]);
    const name = await fcn(directory, "compare", "one", "two", "-o", "c.png");
    expect([name.status, name.err]).toEqual([2, expect.stringContaining("must end in .svg or .html")]);
  });
});
