/** docs/targets.md: the targets, how ONNX writes each operation, and how much its outputs differ from our engine. */
import { elementwise } from "../../../compiler/ops/elementwise.ts";
import { operations } from "../../../compiler/ops/registry.ts";
import { rows } from "../../../compiler/targets/onnx/rows.ts";
import { targets } from "../../../compiler/targets/registry.ts";
import type { MemorySubject } from "../memory/subjects.ts";
import type { Comparison } from "./compare-onnx.ts";
import type { TypeScriptComparison } from "./compare-typescript.ts";
import { power } from "./power.ts";

/** The parts of the page, in its order. The first has the introduction too. */
export const partHeadings = {
  onnx: "# Targets",
  typescript: "## TypeScript",
  "tfjs-model": "## Graph model",
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

export interface TypeScriptRecord {
  readonly subject: MemorySubject;
  readonly result: TypeScriptComparison | { readonly refused: readonly string[] };
}

export type ExampleRecord =
  | { readonly subject: MemorySubject; readonly comparisons: readonly Comparison[] }
  | { readonly subject: MemorySubject; readonly refused: readonly string[] };

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
- Without \`--weights\` the model has initial weights, as before the first step of training; the command and the model's metadata say so.
- Layers keep their names, weights the names of the safetensors file (\`level[0].conv1.weight\`). In Netron each layer shows its line of the program, and each feature map its size as a formula of the input size.
- The metadata holds \`fcn.network\`, \`fcn.parameters\`, \`fcn.classes\`, \`fcn.accepted_sizes\` (as \`fcn inspect --json\`), \`fcn.normalisation\`, \`fcn.weights\` and \`fcn.source\`, a hash of the program. The model does not check the size of an image: a size that the network does not accept fails inside, or gives feature maps that are not aligned.
- The same program and weights give identical bytes.

What ONNX cannot express is an error at its line: a fully connected \`crf\`, whose lattice depends on each image (a \`crf\` over a window is expressed exactly), and more than 2.1 GB of weights.
`;

/** @throws Error for an operation that is neither in the table nor elementwise. */
export function onnxPart(examples: readonly ExampleRecord[]): string {
  const derived = Object.keys(operations).filter((name) => !Object.hasOwn(rows, name));
  const odd = derived.filter((name) => !Object.hasOwn(elementwise, name));
  if (odd.length > 0) throw new Error(`ONNX has no row for ${odd.join(", ")}`);
  const formulas = derived.map((name) => `\`${name}\``).join(", ");
  const lines = examples.map(rowOf);
  return `${introduction}
Of the ${Object.keys(operations).length} operations, ${formulas} are derived from their formulas (\`compiler/ops/elementwise.ts\`); the others have rows of their own (\`compiler/targets/onnx/rows.ts\`).

## Examples

Each example is emitted, validated by ONNX's checker with shape inference, run in ONNX Runtime at two sizes (one image, then two) and compared with the \`wasm\` engine. The networks are narrow and the images small. Weights and images are random and chosen so that every layer matters: biases, shifts and running statistics are not those of an untrained network. The difference is the largest over all positions and channels, relative to the largest value of the output. \`tests/targets/\` compares single operations and random networks in the same way.

| example | sizes | outputs | largest difference |
| - | - | - | -: |
${lines.join("\n")}
`;
}

export function typescriptPart(records: readonly TypeScriptRecord[]): string {
  return `${typescriptSection}
| example | outputs | gradients | losses of ten steps | module, minified |
| - | -: | -: | -: | -: |
${records.map(typescriptRow).join("\n")}
`;
}

const typescriptSection = `## TypeScript

\`\`\`sh
fcn emit u-net.fcn --to typescript
\`\`\`

- One module, \`UNet.ts\` ([as emitted](emitted-u-net.md)), that depends on \`@tensorflow/tfjs\` alone and compiles under \`strict\` with \`noUncheckedIndexedAccess\` and \`noUnusedLocals\`. Its types need those of the browser (\`DOM\`) or of Node.
- Blocks of the program are functions, iterations that are alike are loops, and feature maps have the names that \`as\` gave them. Where calls of a block differ in more than their weights there is a function for each.
- \`new UNet()\` has initial weights; \`load(file)\` takes the \`weights.safetensors\` of a training run, with the normalisation of its images, and \`save()\` writes such a file.
- \`apply(image, { training })\` gives the outputs, \`predict(image)\` what \`fcn predict\` writes for an output that learned labels, for a tensor, \`ImageData\`, a canvas or 8-bit pixels of any size. Of other outputs it gives the values, interpolated at each pixel.
- An input size that is not accepted is a \`RangeError\` with the nearest accepted ones.
- \`loss(outputs, targets)\` and \`optimizer()\` are those of the \`train\` section (without one, the usual loss and Adam), printed from the formulas that the engines train with.

\`--runnable\` adds \`package.json\`, \`train.ts\` and \`predict.ts\` for networks with one input and one output that learns labels: \`npm install && npx tsx train.ts data\` trains on the images of \`data/images\` and the label images of \`data/labels\`, with random crops and mirroring, on the \`wasm\` backend; \`npx tsx predict.ts data/images\` writes label images. \`fcn predict\` and \`fcn train\` read the weights it writes, and it continues from theirs.

\`\`\`ts
import * as tf from "@tensorflow/tfjs";
import { UNet } from "./UNet.ts";

const network = new UNet();
const optimizer = network.optimizer();
const loss = optimizer.minimize(
  () => network.loss(network.apply(images, { training: true }), { labels }),
  true,
);
\`\`\`

TensorFlow.js has no gradient, or a wrong one, for some operations; the module has functions for those that its network needs:

| operation | TensorFlow.js | the module |
| - | - | - |
| dilated convolution | throws in the gradient; takes no stride beside a dilation | the gradients of a convolution as convolutions and products of matrices |
| convolution on \`wasm\` | has no kernel for the gradient of a filter | the same |
| max pooling on \`wasm\` | the gradient is wrong where a whole window is negative | the same as unpooling, below |
| grouped convolution | none | a convolution for each group |
| unpooling, dilated max pooling | no gradient | values scattered to, and gathered from, the first maximum of each window |
| half-pixel bilinear | the gradient is that of another grid | a product with a matrix along each axis |
| average pooling with padding, adaptive pooling, padding by reflection | padding counts; none; no gradient on every backend | the same |
| \`adam\` | its corrections are rounded to float32 before they are subtracted from 1 | they are computed in float64 |

What it cannot express is an error at its line: a \`crf\`.

Each example's module is run on the \`wasm\` backend of TensorFlow.js 4.22 and compared with our engine, on the networks, weights and sizes above: outputs as above; the gradient of every weight, relative to its own largest or to a thousandth of the largest of all (before a normalisation a bias has the gradient 0, but for rounding); and the loss of ten training steps at a learning rate of 10⁻⁴ with equal dropout masks, relative (at 10⁻³ the losses of \`u-net-batchnorm.fcn\` differ by 10⁻³). In networks with batch normalisation the differences are larger, and the module is the less exact: our own \`cpu\` and \`wasm\` engines agree to 3 · 10⁻⁴ in the gradients of \`pspnet.fcn\` and \`deeplab-v2.fcn\`. The engines have a gradient of batch normalisation in closed form; the module leaves it to TensorFlow.js, which probably loses digits where a deviation is that of a few values, as on these small images. No run had more tensors after its last step than after its second.
`;

function typescriptRow({ subject, result }: TypeScriptRecord): string {
  const name = `\`${subject.example}\``;
  if ("refused" in result) return `| ${name} | refused: ${result.refused.join("; ")} | | | |`;
  const { outputs, gradients, losses, bundled } = result;
  return `| ${name} | ${power(outputs)} | ${power(gradients)} | ${power(Math.max(...losses))} | ${(bundled / 1000).toFixed(1)} kB |`;
}

function rowOf(record: ExampleRecord): string {
  const name = `\`${record.subject.example}\``;
  if ("refused" in record) return `| ${name} | | refused: ${record.refused.join("; ")} | |`;
  const { comparisons } = record;
  const sizes = [...new Set(comparisons.map(({ size }) => size.join("×")))].join(", ");
  const outputs = [...new Set(comparisons.map(({ output }) => output))].join(", ");
  const largest = Math.max(...comparisons.map(({ difference }) => difference));
  return `| ${name} | ${sizes} | ${outputs} | ${power(largest)} |`;
}
