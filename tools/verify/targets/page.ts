/** docs/targets.md: the targets, how ONNX writes each operation, and how much its outputs differ from our engine. */
import { elementwise } from "../../../compiler/ops/elementwise.ts";
import { operations } from "../../../compiler/ops/registry.ts";
import { rows } from "../../../compiler/targets/onnx/rows.ts";
import { targets } from "../../../compiler/targets/registry.ts";
import { power } from "./power.ts";
import type { Outcome, Outcomes } from "./target-record.ts";

/** The parts of the page, in its order. The first has the introduction too. */
export const partHeadings = {
  onnx: "# Targets",
  typescript: "## TypeScript",
  "tfjs-model": "## Graph model",
  pytorch: "## PyTorch",
  sizes: "## Sizes",
} as const;

export type PartName = keyof typeof partHeadings;

export type Parts = Readonly<Partial<Record<PartName, string>>>;

/** @param page what stays where a part is not given */
export function withParts(page: string, parts: Parts): string {
  const names = Object.keys(partHeadings) as PartName[]; // its own keys
  const starts = names.map((name) => page.indexOf(`${partHeadings[name]}\n`));
  const kept = (place: number): string => {
    const start = starts[place] ?? -1;
    const after = starts.filter((other) => other > start);
    return start < 0 ? "" : page.slice(start, after.length === 0 ? undefined : Math.min(...after));
  };
  const texts = names.map((name, place) => (parts[name] ?? kept(place)).trim());
  return texts
    .filter((text) => text !== "")
    .join("\n\n")
    .concat("\n");
}

const introduction = `# Targets

\`fcn emit FILE --to TARGET\` writes a network as files for other programs. \`npm run verify:targets\` generates this page.

| target | what it writes |
| - | - |
${targets.map(({ name, summary }) => `| \`${name}\` | ${summary} |`).join("\n")}

## ONNX

\`\`\`sh
fcn emit u-net.fcn --to onnx --weights run/weights.safetensors --preprocess
\`\`\`

- Opset 17, IR version 8, operators of the standard domain only. Inputs and outputs are float, [N, channels, height, width]; batch, height and width are dynamic where the network accepts more than one size.
- Inputs must be normalised as in training: (value − mean) / standard deviation per channel, of values 0 to 1. With \`--preprocess\` the model does this itself and takes values 0 to 1.
- Without \`--weights\` the model has initial weights, as before the first training step; the command and the model's metadata say so.
- Layers keep their names, and weights have the names of the safetensors file (\`level[0].conv1.weight\`). In Netron each layer shows its line of the program, and each feature map its size as a formula of the input size.
- The metadata has the keys \`fcn.network\`, \`fcn.parameters\`, \`fcn.classes\`, \`fcn.accepted_sizes\` (as in \`fcn inspect --json\`), \`fcn.normalisation\`, \`fcn.weights\` and \`fcn.source\`, a hash of the program. The model does not check the size of an image: a size that the network does not accept fails in some layer, or gives feature maps that are not aligned.
- The same program and weights give identical bytes.

What ONNX cannot express is an error at its line: a fully connected \`crf\`, whose lattice is built for each image (a \`crf\` over a window is expressed exactly), and more than 2.1 GB of weights.
`;

/** @throws Error for an operation that is neither in the table nor elementwise. */
export function onnxPart(outcomes: Outcomes<"onnx">): string {
  const derived = Object.keys(operations).filter((name) => !Object.hasOwn(rows, name));
  const odd = derived.filter((name) => !Object.hasOwn(elementwise, name));
  if (odd.length > 0) throw new Error(`ONNX has no row for ${odd.join(", ")}`);
  const formulas = derived.map((name) => `\`${name}\``).join(", ");
  const lines = Object.entries(outcomes).map(([example, outcome]) => rowOf(example, outcome));
  return `${introduction}
Of the ${Object.keys(operations).length} operations, ${formulas} are derived from their formulas (\`compiler/ops/elementwise.ts\`); the others are written by \`compiler/targets/onnx/rows.ts\`.

## Examples

Each example is emitted, validated by ONNX's checker with shape inference, run in ONNX Runtime at two sizes (one image, then two) and compared with the \`wasm\` engine. The networks are narrow and the images small. Weights and images are random. Biases, shifts and running statistics are not those of an untrained network, so that every layer has an effect. The difference is the largest over all positions and channels, relative to the largest value of the output. \`tests/targets/\` compares single operations and random networks in the same way.

| example | sizes | outputs | largest difference |
| - | - | - | -: |
${lines.join("\n")}
`;
}

function rowOf(example: string, result: Outcome<"onnx">): string {
  const name = `\`${example}\``;
  if ("refused" in result) return `| ${name} | | refused: ${result.refused.join("; ")} | |`;
  const { sizes, outputs, difference } = result;
  return `| ${name} | ${sizes.join(", ")} | ${outputs.join(", ")} | ${power(difference)} |`;
}
