/** The part of docs/targets.md about TypeScript: what a module is, and how far it is from float64 on every example. */
import { learningRate, leastLimit, multiple } from "./measure-typescript.ts";
import { power } from "./power.ts";
import type { TypeScriptRecord } from "./typescript-record.ts";

export function typescriptSection(record: TypeScriptRecord): string {
  return `${about}
${comparison}
| example | outputs | gradients: engines | module, \`cpu\` | module, \`wasm\` | losses: engines | module, \`cpu\` | module, \`wasm\` | module, minified |
| - | -: | -: | -: | -: | -: | -: | -: | -: |
${Object.entries(record)
  .map(([example, result]) => rowOf(example, result))
  .join("\n")}
`;
}

function rowOf(example: string, result: TypeScriptRecord[string]): string {
  const name = `\`${example}\``;
  if ("refused" in result) return `| ${name} | refused: ${result.refused.join("; ")} | | | | | | | |`;
  const { outputs, engines, module, bundled } = result;
  const values = [
    Math.max(...Object.values(outputs)),
    engines.gradients,
    module.cpu?.gradients,
    module.wasm?.gradients,
    engines.losses,
    module.cpu?.losses,
    module.wasm?.losses,
  ].map((value) => (value === undefined ? "" : power(value)));
  return `| ${name} | ${values.join(" | ")} | ${(bundled / 1000).toFixed(1)} kB |`;
}

const comparison = `Each example's module is run on the \`cpu\` and \`wasm\` backends of TensorFlow.js 4.22, on the networks above, most of them half as wide and with two classes, at the sizes of \`npm run verify:engines\`, and compared with the network's program in float64. Beside it stands the distance of our own engines (\`wasm\` and \`native\`, the further of them), because float32 itself limits what can agree: where the argument of a rectifier is within rounding of 0, or the two largest values of a pool's window are, each side may take the other slope; and a normalisation by the statistics of a few values, as on these small images, multiplies roundings. Ten steps of training multiply them again.

- outputs: from our \`wasm\` engine, at two sizes, relative to the largest value of the output;
- gradients: of the weight that is furthest off, relative to its own largest gradient or to a thousandth of the largest of all, at the closest of up to three batches; where it is 0 in float64, as that of a bias before a normalisation, relative to the largest of all;
- losses: the largest relative distance among ten training steps at a learning rate of ${power(learningRate)} with equal dropout masks, at the closest of up to three batches.

A module's gradients and losses may be ${multiple} times as far from float64 as the engines', or ${power(leastLimit)} where they are closer, and its outputs ${power(leastLimit)} from the engine's. A loss that is further must be explained by float64 itself, whose losses move when every weight changes by up to 10⁻⁶ of itself: it may be three times as far as they do, at the batch where they move least (SegNet, whose pools decide between nearly equal values). \`npm run verify:typescript\` fails otherwise, or where a module has more tensors after its last step than after its second.

In Chromium on \`webgl\` and \`webgpu\`, computed in software by SwiftShader, four modules bundled by esbuild (a U-Net with batch normalisation; dilation, groups and bilinear upsampling; unpooling and negative maxima; pixel shuffle, bins and margins) give the numbers of \`cpu\` in Node: outputs within 2 · 10⁻⁶, gradients within 6 · 10⁻⁶ (4 · 10⁻⁴ for the bias of a convolution before a normalisation, whose gradient is 0 but for rounding), the losses of four steps within 3 · 10⁻⁷ (\`tests/browsers/typescript-backends.test.ts\`). A page with the emitted U-Net loads weights, segments an image file dropped on it and takes ten training steps (\`tests/browsers/typescript-page.test.ts\`): on \`cpu\` the numbers are those of Node, on \`webgl\` the losses differ by 2 · 10⁻⁷.
`;

const about = `## TypeScript

\`\`\`sh
fcn emit u-net.fcn --to typescript
\`\`\`

- One module, \`UNet.ts\` ([as emitted](emitted-u-net.md)), that depends on \`@tensorflow/tfjs\` alone and compiles under \`strict\` with \`noUncheckedIndexedAccess\` and \`noUnusedLocals\`. Its types need those of the browser (\`DOM\`) or of Node.
- Blocks of the program are functions, iterations that are alike are loops, and feature maps have the names that \`as\` gave them. Calls of a block that differ in numbers alone (strides, dilations, how often a loop repeats) share one function, which takes them as parameters; calls that differ in more have a function each.
- \`new UNet()\` has initial weights; \`load(file)\` takes the \`weights.safetensors\` of a training run, with the normalisation of its images, and \`save()\` writes such a file.
- \`apply(image, { training })\` gives the outputs, \`predict(image)\` what \`fcn predict\` writes for an output that learned labels, for a tensor, \`ImageData\`, a canvas or 8-bit pixels of any size. Of other outputs it gives the values, interpolated at each pixel.
- An input size that is not accepted is a \`RangeError\` with the nearest accepted ones.
- \`loss(outputs, targets)\` and \`optimizer()\` are those of the \`train\` section (without one, the usual loss and Adam), printed from the formulas that the engines train with.

\`--runnable\` adds \`package.json\`, \`train.ts\` and \`predict.ts\` for networks with one input and one output that learns labels: \`npm install && npx tsx train.ts data\` trains on the images of \`data/images\` and the label images of \`data/labels\`, with the schedules and augmentations of the \`train\` section (a \`plateau\` waits for the mean IoU of a fifth of the images, which are held out; \`perspective\`, \`jpeg\`, crops around rare classes and what else the section says are refused with their line), on the \`wasm\` backend; \`npx tsx predict.ts data/images\` writes label images. \`fcn predict\` and \`fcn train\` read the weights it writes, and it continues from theirs.

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
| sum of more than seven feature maps | \`tf.addN\` gives wrong values on \`webgpu\`, without an error: more buffers than a shader may read | one addition after the other |
| \`adam\` | its corrections are rounded to float32 before they are subtracted from 1 | they are computed in float64 |

What it cannot express is an error at its line: a fully connected \`crf\`, whose lattice is built for each image (a \`crf\` over a window is expressed exactly).
`;
