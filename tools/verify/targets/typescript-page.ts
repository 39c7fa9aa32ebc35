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

const comparison = `The modules of the examples in the table are run on the \`cpu\` and \`wasm\` backends of TensorFlow.js 4.22, on the networks above, most of them half as wide and with two classes, at the sizes of \`npm run verify:engines\`, and compared with the network's program in float64. The table also gives the distance of our own engines (the larger of \`wasm\` and \`native\`), because float32 itself limits the agreement. Where the argument of a rectifier is 0 within rounding, or the two largest values of a pooling window are equal within rounding, each side may take the other slope; and a normalisation by the statistics of a few values, as on these small images, amplifies rounding errors. Ten training steps amplify them again.

- outputs: from our \`wasm\` engine, at two sizes, relative to the largest value of the output;
- gradients: of the weight with the largest error, relative to its own largest gradient or to a thousandth of the largest of all, at the closest of up to three batches; where the gradient is 0 in float64, as that of a bias before a normalisation, relative to the largest of all;
- losses: the largest relative distance among ten training steps at a learning rate of ${power(learningRate)} with equal dropout masks, at the closest of up to three batches.

A module's gradients and losses may be ${multiple} times as far from float64 as the engines', or ${power(leastLimit)} if that is more, and its outputs ${power(leastLimit)} from the engine's. A loss that is further off must be explained by float64 itself: when every weight changes by up to 10⁻⁶ of itself, the losses in float64 move, and the module's may differ by three times as much, at the batch where they move least (this is the case for SegNet, whose pools decide between nearly equal values). Otherwise \`npm run verify:typescript\` fails. It also fails where a module has more tensors after its last step than after its second.

In Chromium on \`webgl\` and \`webgpu\`, computed in software by SwiftShader, four modules bundled by esbuild (a U-Net with batch normalisation; dilation, groups and bilinear upsampling; unpooling and negative maxima; pixel shuffle, bins and margins) give the numbers of \`cpu\` in Node: outputs within 2 · 10⁻⁶, gradients within 6 · 10⁻⁶ (4 · 10⁻⁴ for the bias of a convolution before a normalisation, whose gradient is 0 but for rounding), the losses of four steps within 3 · 10⁻⁷ (\`tests/browsers/typescript-backends.test.ts\`). A page with the emitted U-Net loads weights, segments an image file dropped on it and takes ten training steps (\`tests/browsers/typescript-page.test.ts\`): on \`cpu\` the numbers are those of Node, on \`webgl\` the losses differ by 2 · 10⁻⁷.
`;

const about = `## TypeScript

\`\`\`sh
fcn emit u-net.fcn --to typescript
\`\`\`

- The target writes one module, \`UNet.ts\` ([as emitted](emitted-u-net.md)), that depends only on \`@tensorflow/tfjs\` and compiles under \`strict\` with \`noUncheckedIndexedAccess\` and \`noUnusedLocals\`. It needs the types of the browser (\`DOM\`) or of Node.
- Blocks of the program are functions, equal iterations are loops, and feature maps have the names that \`as\` gave them. Calls of a block that differ only in numbers (strides, dilations, how often a loop repeats) share one function, which takes them as parameters; calls that differ in more have one function each.
- \`new UNet()\` has initial weights; \`load(file)\` takes the \`weights.safetensors\` of a training run, with the normalisation of its images, and \`save()\` writes such a file.
- \`apply(image, { training })\` returns the outputs. \`predict(image)\` takes a tensor, \`ImageData\`, a canvas or 8-bit pixels of any size and returns what \`fcn predict\` writes for an output that learned labels, and for other outputs the values, interpolated at each pixel.
- An input size that is not accepted is a \`RangeError\` that names the nearest accepted sizes.
- \`loss(outputs, targets)\` and \`optimizer()\` are those of the \`train\` section (without one, the default loss and Adam), printed from the formulas that the engines train with.

\`--runnable\` adds \`package.json\`, \`train.ts\` and \`predict.ts\` for networks with one input and one output that learns labels. \`npm install && npx tsx train.ts data\` trains on the \`wasm\` backend, on the images of \`data/images\` and the label images of \`data/labels\`, with the schedules and augmentations of the \`train\` section. A \`plateau\` observes the mean IoU of a fifth of the images, which are held out. \`start from\`, \`groups\`, \`freeze\`, \`clip\`, \`accumulate\`, \`average\`, a \`plateau\` of another measure, \`perspective\`, \`jpeg\` and crops around rare classes are refused with their line. \`npx tsx predict.ts data/images\` writes label images. \`fcn predict\` and \`fcn train\` read the weights that the project writes, and it reads theirs.

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

For some operations TensorFlow.js has no gradient, or a wrong one. The module contains functions for those that its network needs:

| operation | TensorFlow.js | the module |
| - | - | - |
| dilated convolution | its gradient throws; a stride cannot be combined with a dilation | the gradients of a convolution as convolutions and matrix products |
| convolution on \`wasm\` | has no kernel for the gradient of a filter | the same |
| max pooling on \`wasm\` | the gradient is wrong where a whole window is negative | as for unpooling, below |
| grouped convolution | missing | a convolution for each group |
| unpooling, dilated max pooling | no gradient | values scattered to, and gathered from, the first maximum of each window |
| half-pixel bilinear | the gradient is that of another grid | a matrix product along each axis |
| average pooling with padding, adaptive pooling, padding by reflection | counts the padding; missing; no gradient on some backends | a matrix product along each axis |
| sum of more than seven feature maps | \`tf.addN\` gives wrong values on \`webgpu\`, without an error: more buffers than a shader may read | one addition after the other |
| \`adam\` | its corrections are rounded to float32 before they are subtracted from 1 | they are computed in float64 |

What it cannot express is an error at its line: a fully connected \`crf\`, whose lattice is built for each image (a \`crf\` over a window is expressed exactly).
`;
