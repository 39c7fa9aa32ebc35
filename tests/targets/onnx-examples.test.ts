/** Examples as ONNX: valid, and at two sizes what our own engine gives. `npm run verify:targets` compares every one. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../tools/host/package-root.ts";
import { sample } from "../../tools/verify/engines/samples.ts";
import { checkModels, compareExample, exampleSubjects } from "../../tools/verify/targets/examples.ts";

/** Up to 100 layers in float32, each rounding its sums in another order; the largest seen is 7e-6. */
const tolerance = 5e-5;

const models = new Map<string, Uint8Array>();

describe("an example as ONNX gives what the engine gives, at two sizes", () => {
  for (const subject of sample) {
    if (subject.example === "crf-rnn.fcn") continue;
    it(subject.example, async () => {
      const result = await compareExample(subject);
      if (result.kind === "refused") throw new Error(result.diagnostics[0]?.message);
      models.set(subject.example, result.model);
      for (const { difference, spread, size, output } of result.comparisons) {
        expect(spread, `${output} at ${size}: shows something`).toBeGreaterThan(0.01);
        expect(difference, `${output} at ${size}`).toBeLessThan(tolerance);
      }
    }, 30_000);
  }

  it("crf-rnn.fcn is refused at the line of its fully connected crf", async () => {
    const subject = exampleSubjects.find(({ example }) => example === "crf-rnn.fcn");
    const result = subject && (await compareExample(subject));
    if (result?.kind !== "refused") throw new Error("crf-rnn.fcn was emitted");
    expect(result.diagnostics.map(({ code }) => code)).toEqual(["targets/crf-without-window"]);
  });

  it("and that is every example", () => {
    const files = readdirSync(join(packageRoot(), "examples")).filter((name) => name.endsWith(".fcn"));
    expect(exampleSubjects.map(({ example }) => example).toSorted()).toEqual(files.toSorted());
  });
});

describe("ONNX's checker", () => {
  let found: string | undefined;
  beforeAll(async () => {
    found = await checkModels(models);
  }, 60_000);
  afterAll(() => models.clear());

  it("finds nothing wrong in them", ({ skip }) => {
    if (found === undefined) skip("python3-onnx is not installed");
    expect(models.size).toBe(sample.length - 1);
    expect(found).toBe("");
  });

  it("would find what is wrong", async ({ skip }) => {
    if (found === undefined) skip("python3-onnx is not installed");
    const [model = new Uint8Array()] = models.values();
    expect(await checkModels(new Map([["damaged", model.slice(0, 400)]]))).toMatch(/^damaged\.onnx: /);
  });
});
