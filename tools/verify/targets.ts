/**
 * Emits every example to every target, runs it and compares it with our own engine or with float64: ONNX in ONNX Runtime, after ONNX's
 * checker; TypeScript, formatted and of valid types, with what `npm run verify:typescript` measured of it; graph models in
 * TensorFlow.js on every backend; packages for PyTorch, formatted and of valid types, with gradients and training steps in float64.
 * Measures what a browser loads.
 *
 *   npm run verify:targets -- [--target pytorch] [--only u-net.fcn,segnet.fcn] [--changed] [--short]
 *
 * Each result goes into `specs/numeric/targets.json` as it is made, and from there into docs/targets.md, so a long run can be made in
 * pieces: `--changed` leaves out what was compared before and is emitted as it was then. `--short`, the part that continuous
 * integration runs, records nothing. Ends with status 1 when a model or a module is not valid or differs by more than it may.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { writeAtomically } from "../../runtime/files/atomic-write.ts";
import { packageRoot } from "../host/package-root.ts";
import { sample } from "./engines/samples.ts";
import type { MemorySubject } from "./memory/subjects.ts";
import { smallNetwork } from "./small-networks.ts";
import { bundleSizes } from "./targets/bundle-sizes.ts";
import { exampleSubjects } from "./targets/examples.ts";
import { graphModelSection, sizesSection } from "./targets/graph-model-page.ts";
import { onnxPart, type PartName, partHeadings, withParts } from "./targets/page.ts";
import { pytorchPart } from "./targets/pytorch-page.ts";
import { TargetRecord } from "./targets/target-record.ts";
import { typescriptSection } from "./targets/typescript-page.ts";
import { readTypeScriptRecord } from "./targets/typescript-record.ts";
import { verifyGraphModels } from "./targets/verify-graph-models.ts";
import { verifyOnnx } from "./targets/verify-onnx.ts";
import { verifyPyTorch } from "./targets/verify-pytorch.ts";
import { verifyTypeScript } from "./targets/verify-typescript.ts";

interface Asked {
  readonly only?: string;
  readonly target?: PartName;
  readonly changed: boolean;
  readonly short: boolean;
}

/** Whose package has margins that differ on two sides. */
const withMargins = "fcn-alexnet.fcn";

const partNames = Object.keys(partHeadings) as PartName[]; // its own keys
const report = (line: string): void => console.log(line);

async function run({ only, target, changed, short }: Asked): Promise<void> {
  const wanted = only?.split(",");
  const unknown = wanted?.filter((name) => exampleSubjects.every(({ example }) => example !== name)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no example ${unknown.join(", ")}`);
  const isAsked = ({ example }: MemorySubject) => wanted?.includes(example) ?? true;
  const all = exampleSubjects.filter(isAsked);
  const some = sample.filter(isAsked);
  const [onnx, models, packages] = [
    await TargetRecord.read("onnx"),
    await TargetRecord.read("tfjs-model"),
    await TargetRecord.read("pytorch"),
  ];
  const recorded = <R>(record: R) => ({ report, changed, record: short ? undefined : record });
  const parts: Readonly<Record<PartName, Part>> = {
    onnx: {
      verify: () => verifyOnnx(all, { ...recorded(onnx), run: !short }),
      text: async () => onnxPart(onnx.outcomes),
    },
    typescript: {
      verify: async () => verifyTypeScript(await smallNetworks(short ? some : all), { report, short }),
      text: async () => typescriptSection(await readTypeScriptRecord()),
    },
    "tfjs-model": {
      verify: () =>
        verifyGraphModels(short ? some : all, { ...recorded(models), bothSizes: !short, gpu: !short }),
      text: async () => graphModelSection(models.outcomes),
    },
    pytorch: {
      verify: async () => {
        const margins = all.filter(({ example }) => example === withMargins);
        const given = await smallNetworks(short ? [...some, ...margins] : all);
        return verifyPyTorch(given, { ...recorded(packages), short });
      },
      text: async () => pytorchPart(packages.outcomes),
    },
    sizes: { verify: async () => true, text: async () => sizesSection(await bundleSizes()) },
  };
  for (const name of target === undefined ? partNames : [target]) {
    const { verify, text } = parts[name];
    const began = performance.now();
    if (!(await verify())) process.exitCode = 1;
    const written = await text();
    if (!short) await writePage(name, written);
    report(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
}

interface Part {
  /** Whether all are right. */
  readonly verify: () => Promise<boolean>;
  /** Of the page. */
  readonly text: () => Promise<string>;
}

async function smallNetworks(subjects: readonly MemorySubject[]) {
  return Promise.all(subjects.map(smallNetwork));
}

async function writePage(name: PartName, text: string): Promise<void> {
  const page = join(packageRoot(), "docs", "targets.md");
  const written = withParts(await readFile(page, "utf8"), { [name]: text });
  await writeAtomically(page, [Buffer.from(written)]);
}

const command = new Command("verify:targets")
  .description("Compares what is emitted with our own engine and with float64, and writes docs/targets.md.")
  .addOption(new Option("--target <part>", "only this part of the page").choices(partNames))
  .option("--only <examples>", "only these examples, e.g. u-net.fcn,segnet.fcn")
  .option("--changed", "only examples that were not compared, or are emitted differently now", false)
  .option(
    "--short",
    "all examples valid as ONNX; otherwise some, which have every operation, few steps, and nothing in Chromium",
    false,
  );
await run(command.parse().opts<Asked>());
