import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { learningPage } from "../../tools/documentation/learning-page.ts";
import {
  committedLearning,
  float64,
  readLearning,
  uncompared,
} from "../../tools/documentation/learning-record.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { learningRecordOf } from "../numeric/learning-reporter.ts";

const record = readLearning(join(packageRoot(), committedLearning));

it("is what the catalogue and the record say (else: npm run documentation)", () => {
  const committed = readFileSync(join(packageRoot(), "docs", "losses.md"), "utf8");
  expect(committed).toBe(learningPage(record));
});

it("has every entry, and what engines compute on every engine it was made on (else: npm run verify:learning)", () => {
  expect(uncompared(record)).toEqual([]);
  for (const found of Object.values(record.losses))
    expect(Object.keys(found)).toEqual(expect.arrayContaining([float64, "cpu", "wasm"]));
  for (const catalogue of ["optimizers", "clipping", "averages"] as const)
    for (const found of Object.values(record[catalogue]))
      expect(Object.keys(found)).toEqual(expect.arrayContaining(["cpu", "wasm", "native"]));
});

it("names what was not compared", () => {
  const { dice: _, ...losses } = record.losses;
  const { ssim: __, ...metrics } = record.metrics;
  const missing = uncompared({ ...record, losses, metrics, clipping: {} });
  expect(missing).toContain("dice on wasm");
  expect(missing).toContain("ssim on float64");
  expect(missing.filter((name) => ["norm", "value"].includes(name))).toEqual(["norm", "value"]);
});

it("keeps the largest error of all cases, rounded up", () => {
  const entry = { catalogue: "losses", name: "l1", computer: "wasm" } as const;
  const found = learningRecordOf([
    { ...entry, value: 1.01e-7, gradient: 2e-8 },
    { ...entry, value: 3e-8, gradient: 5.55e-8 },
  ]);
  expect(found.losses).toEqual({ l1: { wasm: { cases: 2, value: 1.1e-7, gradient: 5.6e-8 } } });
});
