/**
 * Compares every encoder of std/encoders with torchvision's network of the same name, and the examples that torchvision has with its
 * segmentation networks: the number of parameters, the size of every layer of an encoder, and, with the same random weights loaded by
 * name from a file (`start from … as torchvision`), the result. Needs Debian's python3-torchvision.
 *
 *   npm run verify:encoders -- [--short] [--only resnet50] [--engine native]
 *
 * A full run writes its result into docs/verification.md. Ends with status 1 where anything differs, values by more than 1e-5 of the largest.
 */
import { Command } from "commander";
import { torchvisionEncoders } from "../../compiler/prelude/torchvision/encoders.ts";
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { EngineName } from "../../runtime/engines/engine.ts";
import { compareEncoder, compareExample, torchvisionExamples } from "./encoders/compare-encoder.ts";
import { hasTorchvision } from "./encoders/run-torchvision.ts";
import { circumstances, recordResult } from "./recorded-result.ts";

/** float32 beside float64. */
const tolerance = 1e-5;
/** One of each family. */
const shortEncoders = [
  "vgg11_bn",
  "resnet18",
  "resnext50_32x4d",
  "mobilenet_v2",
  "mobilenet_v3_small",
  "efficientnet_b0",
  "densenet121",
  "convnext_tiny",
  "LR-ASPP",
];

interface Options {
  readonly short?: true;
  readonly only?: readonly string[];
  readonly engine: EngineName | "auto";
}

async function run({ short, only, engine: asked }: Options): Promise<void> {
  if (!(await hasTorchvision())) {
    console.error("python3-torchvision is not installed: apt-get install python3-torchvision");
    process.exitCode = 1;
    return;
  }
  const { engine } = await chooseEngine(asked);
  const rows: string[] = [];
  const examples = new Map(torchvisionExamples.map((example) => [example.name, example]));
  const chosen = short ? shortEncoders : (only ?? [...torchvisionEncoders.keys(), ...examples.keys()]);
  for (const name of chosen) {
    const example = examples.get(name);
    const { version, parameters, layers, difference, faults } =
      example === undefined ? await compareEncoder(name, engine) : await compareExample(example, engine);
    const passed = faults.length === 0 && difference <= tolerance;
    const what = example === undefined ? name : `${name} (examples/${example.example})`;
    console.log(
      `${passed ? "equal " : "DIFFER"}  ${name}: ${parameters.toLocaleString("en")} parameters, ${layers} layers, values ${difference.toExponential(1)} (torchvision ${version}, engine ${engine.name})`,
    );
    rows.push(
      `| ${what} | ${parameters.toLocaleString("en")} | ${layers} | ${difference.toExponential(1)} |${passed ? "" : " differs"}`,
    );
    for (const fault of faults.slice(0, 8)) console.log(`    ${fault}`);
    if (!passed) process.exitCode = 1;
  }
  if (short || only !== undefined) return;
  const table = ["| network | parameters | layers with weights | values |", "| - | -: | -: | -: |", ...rows];
  await recordResult(
    "verification.md",
    "verify:encoders",
    `${circumstances()}, engine ${engine.name}:\n\n${table.join("\n")}`,
  );
}

const program = new Command()
  .option("--short", "one encoder of each family, and one example")
  .option("--only <names...>", "these encoders and examples")
  .option("--engine <name>", "the engine", "auto")
  .action(run);
await program.parseAsync();
