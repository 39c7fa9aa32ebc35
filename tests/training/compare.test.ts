/** Runs side by side: what differs, what belongs together, and how it is shown. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareRuns, spreadOf } from "../../runtime/training/compare/compare-runs.ts";
import { comparisonPage, comparisonSvg } from "../../runtime/training/compare/comparison-page.ts";
import { type FinishedRun, readRun } from "../../runtime/training/compare/read-run.ts";
import { scratch, tinyConfiguration, tinyNetwork, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
const runs: FinishedRun[] = [];
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
  const constant = { ...tinyConfiguration, epochs: 2, schedule: [{ kind: "constant" }] } as const;
  const { optimizer } = constant;
  for (const [out, configuration, width] of [
    ["a", constant, 2],
    ["b", { ...constant, seed: 8 }, 2],
    ["c", { ...constant, optimizer: { ...optimizer, learningRate: 0.001 } }, 2],
    ["d<4>", constant, 3],
  ] as const) {
    await trainTiny(folder, out, { configuration }, tinyNetwork("Tiny", width));
    runs.push({ ...(await readRun(join(folder, out))), path: out });
  }
});
afterAll(() => remove());

describe("runs side by side", () => {
  it("show the settings that differ and no others", () => {
    const settings = (chosen: readonly FinishedRun[]) =>
      compareRuns(chosen).differences.map(({ setting, values }) => [setting, ...values]);
    const [a, b, c, d] = runs;
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("no runs");
    expect(settings([a, b])).toEqual([["seed", "7", "8"]]);
    expect(settings([a, c])).toEqual([["optimizer.learning_rate", "0.01", "0.001"]]);
    expect(settings([a, a])).toEqual([]);
    // The layers follow from the program where that differs; here it is not known to.
    expect(settings([a, d]).map(([setting]) => setting)).toEqual(["layers"]);
    const other = { ...d, record: { ...d.record, source: { ...d.record.source, sha256: "f".repeat(64) } } };
    expect(settings([a, other]).map(([setting]) => setting)).toEqual(["source"]);
  });

  it("give mean and deviation over the runs that differ by the seed alone", () => {
    const { runs: compared, groups } = compareRuns(runs);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ runs: [0, 1], seeds: [7, 8] });
    const losses = [0, 1].map((i) => compared[i]?.metrics.loss ?? Number.NaN);
    expect(groups[0]?.metrics.loss).toEqual(spreadOf(losses));
    expect(spreadOf([1, 2, 3])).toEqual({ mean: 2, deviation: 1, count: 3 });
    expect(compared[0]).toMatchObject({ epochs: 2, steps: 8, measuredOn: "validation" });
  });

  it("an engine or a version does not make another experiment, and is shown", () => {
    const [a, b] = runs;
    if (a === undefined || b === undefined) throw new Error("no runs");
    const elsewhere = { ...b, record: { ...b.record, engine: { name: "native" } } };
    const { differences, groups } = compareRuns([a, elsewhere]);
    expect(differences.map(({ setting }) => setting)).toEqual(["seed", "engine"]);
    expect(groups).toHaveLength(1);
  });

  it("have one curve each in every plot, in the same colour, as a page and as an SVG", () => {
    const page = comparisonPage(compareRuns(runs), runs);
    const plots = [...page.matchAll(/<figure class="plot"[\s\S]*?<\/figure>/g)].map(([text]) => text);
    expect(plots.length).toBeGreaterThan(2);
    const coloursOf = (text: string) => text.match(/<g class="series" style="[^"]*"/g);
    for (const plot of plots) expect(coloursOf(plot)).toEqual(coloursOf(plots[0] ?? ""));
    expect(new Set(coloursOf(plots[0] ?? "")).size).toBe(4);
    expect(page).toContain("d&#60;4&#62;");
    expect(page).not.toContain("NaN");
    const svg = comparisonSvg(runs);
    expect(svg).toMatch(/^<\?xml[^>]*>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(coloursOf(svg)).toHaveLength(4 * plots.length + 4); // the legend's
    expect(svg).toContain("d&#60;4&#62;");
  });
});

describe("a folder that is no run", () => {
  it("is refused with the way out", async () => {
    await expect(readRun(join(folder, "nowhere"))).rejects.toThrow(/is not a folder/);
    await expect(readRun(join(folder, "data"))).rejects.toThrow(/has no run\.json/);
    mkdirSync(join(folder, "broken"));
    writeFileSync(join(folder, "broken", "run.json"), "{}");
    await expect(readRun(join(folder, "broken"))).rejects.toThrow(/is not the record of a run/);
  });
});
