/** The parts of docs/targets.md about graph models and about sizes. */
import type { BundleSize } from "./bundle-sizes.ts";
import { power } from "./power.ts";
import type { GraphModelBackend, Outcome, Outcomes } from "./target-record.ts";

const backends: readonly GraphModelBackend[] = ["cpu", "wasm", "webgl", "webgpu"];

export function graphModelSection(outcomes: Outcomes<"tfjs-model">): string {
  return `## Graph model

\`\`\`sh
fcn emit u-net.fcn --to tfjs-model --weights run/weights.safetensors --preprocess -o model
\`\`\`

\`\`\`js
import * as tf from "@tensorflow/tfjs";

const model = await tf.loadGraphModel("https://example.org/model/model.json");
const image = tf.browser.fromPixels(document.querySelector("img")).toFloat().div(255).expandDims();
const labels = model.predict(image).argMax(3);
\`\`\`

- The target writes \`model.json\` and the weights in shards of 4 MB, into a folder named after the network unless \`-o\` gives another. Any program with \`@tensorflow/tfjs\`, or with \`tfjs-converter\`, \`tfjs-core\` and a backend, can load it. The model predicts; it cannot be trained.
- Inputs and outputs are float, [batch, height, width, channels]; batch, height and width are dynamic where the network accepts more than one size. \`signature\` has the names of inputs and outputs; where there are several outputs, \`predict\` returns them by name.
- Inputs must be normalised as in training; with \`--preprocess\` the model takes values 0 to 1 and normalises them itself.
- Outputs are those of the engines: probabilities after a softmax or a sigmoid. \`predict\` of an emitted TypeScript module also fits images of any size and gives labels.
- \`userDefinedMetadata.fcn\` has the network and its parameters, class names, normalisation, the accepted sizes (\`accepts\` as \`fcn check\` prints them, \`accepted_sizes\` as \`fcn inspect --json\`), where the weights come from, and a hash of the program. The model does not check the size of an image: a size that the network does not accept fails in some layer, or gives feature maps that are not aligned.
- Layers keep their names, and weights have those of the safetensors file, in TensorFlow's layout [height, width, inputs, channels].
- The same program and weights give identical bytes.

These operations are written in other ways than by TensorFlow's operator of that name, so that every backend gives the same numbers:

| operation | in the graph |
| - | - |
| batch normalisation after a convolution | folded into the convolution's weights, in float64 and rounded once; \`relu\` and \`relu6\` are fused into its kernel. Elsewhere \`FusedBatchNormV3\` |
| convolution with stride and dilation, which TensorFlow.js refuses | the convolution without the stride, then every stride-th position |
| grouped convolution, which TensorFlow.js lacks | a convolution of each group |
| transposed convolution | one convolution for all positions of a stride, and \`DepthToSpace\`: the operator needs a known size, and is slow on \`wasm\` |
| padding of pools | explicit; averages are divided by the share of positions that count |
| ceil mode, crops and bins that depend on the size | computed from the shape when the model runs |
| dilated max pooling, which TensorFlow.js does not have in graphs | the maximum of the window's elements |
| unpooling | the first element of each window that equals its maximum, chosen by \`Equal\` and \`SelectV2\`: the indices of \`MaxPoolWithArgmax\`, and scattering, are not available on every backend |
| nearest resampling | half-pixel centres, which no rounding error moves; where the ratio is not whole, positions computed in whole numbers, and \`GatherV2\` |

What it cannot express is an error at its line: a \`crf\`.

Each example is emitted and run by TensorFlow.js 4.22, without kernels of our own, on \`cpu\` and \`wasm\`, and some in Chromium on \`webgl\` and \`webgpu\`, computed in software by SwiftShader. Networks, weights, images and differences are defined as for ONNX above. Sums of up to some thousand products are rounded in another order on each backend; the largest difference allowed is 5 · 10⁻⁵.

| example | ${backends.map((backend) => `\`${backend}\``).join(" | ")} |
| - |${" -: |".repeat(backends.length)}
${Object.entries(outcomes)
  .map(([example, outcome]) => graphModelRow(example, outcome))
  .join("\n")}
`;
}

function graphModelRow(example: string, result: Outcome<"tfjs-model">): string {
  const name = `\`${example}\``;
  if ("refused" in result) return `| ${name} | refused: ${result.refused.join("; ")} | | | |`;
  const cells = backends.map((backend) => {
    const difference = result[backend];
    return difference === undefined ? "" : power(difference);
  });
  return `| ${name} | ${cells.join(" | ")} |`;
}

export function sizesSection(sizes: readonly BundleSize[]): string {
  return `## Sizes

The table gives what a browser loads, bundled and minified by esbuild, without weights. The binaries of the WebAssembly backend, 0.3 to 0.4 MB, are loaded separately. To bundle an emitted module with \`tfjs-core\` in place of \`@tensorflow/tfjs\`, give the bundler an alias, and import \`@tensorflow/tfjs-core/dist/register_all_gradients.js\` for training.

| bundle | minified | gzipped |
| - | -: | -: |
${sizes.map(({ what, minified, gzipped }) => `| ${what} | ${kilobytes(minified)} | ${kilobytes(gzipped)} |`).join("\n")}
`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;
}
