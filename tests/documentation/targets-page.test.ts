/** docs/targets.md shows what was recorded, and every example is in its tables. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../../tools/host/package-root.ts";
import { exampleSubjects } from "../../tools/verify/targets/examples.ts";
import { graphModelSection } from "../../tools/verify/targets/graph-model-page.ts";
import { onnxPart } from "../../tools/verify/targets/page.ts";
import { pytorchPart } from "../../tools/verify/targets/pytorch-page.ts";
import { TargetRecord } from "../../tools/verify/targets/target-record.ts";
import { typescriptSection } from "../../tools/verify/targets/typescript-page.ts";
import { readTypeScriptRecord } from "../../tools/verify/targets/typescript-record.ts";

const examples = exampleSubjects.map(({ example }) => example);
const page = await readFile(join(packageRoot(), "docs", "targets.md"), "utf8");

const onnx = (await TargetRecord.read("onnx")).outcomes;
const models = (await TargetRecord.read("tfjs-model")).outcomes;
const packages = (await TargetRecord.read("pytorch")).outcomes;

it.each([
  ["onnx", onnx, onnxPart(onnx)],
  ["tfjs-model", models, graphModelSection(models)],
  ["pytorch", packages, pytorchPart(packages)],
])("%s: npm run verify:targets -- --target %s --changed", (_, recorded, text) => {
  expect(Object.keys(recorded)).toEqual(examples);
  expect(page).toContain(text.trim());
});

it("typescript: npm run verify:typescript", async () => {
  expect(page).toContain(typescriptSection(await readTypeScriptRecord()).trim());
});
