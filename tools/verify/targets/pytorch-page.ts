/** The part of docs/targets.md about packages for PyTorch: what they hold, and how far they are from the tensor programs. */
import { power } from "./power.ts";
import type { Outcome, Outcomes } from "./target-record.ts";

const introduction = `## PyTorch

\`\`\`sh
fcn emit u-net.fcn --to pytorch -o unet-torch --weights run/weights.safetensors
\`\`\`

writes a Python package for PyTorch 1.13 or newer that needs nothing of fcn.

- \`unet/model.py\`: the network as an \`nn.Module\`. Blocks of the program are classes with the same names; what the calls of a block differ in (channels, stride, dilation) are parameters of its class. Equal iterations are \`nn.ModuleList\`s, and feature maps have the names that \`as\` gave them. The docstrings state the shapes and the accepted sizes as \`fcn check\` prints them. An input size that is not accepted is a \`ValueError\` that names the nearest accepted sizes.
- \`forward\` returns \`Outputs\`, a named tuple of every output, and of its values before softmax or sigmoid as \`NAME_logits\`.
- \`unet/weights.py\`: \`load_weights(network, file)\` takes the \`weights.safetensors\` of a training run, \`save_weights\` writes a file that \`fcn predict\`, \`fcn evaluate\` and \`fcn train --start-from\` read. Names in files are those of the program (\`encoder.level[0].conv1.weight\`). No other package is needed.
- \`unet/weights.safetensors\`: the weights that \`--weights\` gives.
- \`unet/losses.py\`: the \`Loss\` of the \`train\` section (without one, the default loss): \`loss(outputs, {"labels": labels})\`. A class of -1 or a value of NaN is unknown. \`terms\` returns each term as a total and its divisor; parts of a batch and processes must add both up before they divide.
- \`unet/optimizer.py\`: \`optimizer(network)\`, one of PyTorch's own classes; the weight decay of \`adam\` and \`adamw\` is decoupled.
- \`unet/data.py\`: \`Samples(split)\` of the data of the \`train\` section, with \`collate\` and \`batches\`. It has every data format, split, label value, target and augmentation. The pairs of a split are those of \`fcn train\`, and random numbers are drawn from the same streams, by seed, epoch and image (except noise on single pixels, which NumPy draws). Paths are relative to the working directory.
- \`unet/metrics.py\`: \`Metrics\`, the measures of \`fcn evaluate\` by their names; \`state()\` adds up over processes.
- \`unet/train.py\`: \`python -m unet.train --out run\` trains as the \`train\` section says, in one process or under \`torchrun\` ([scaling.md](scaling.md)).
- \`unet/predict.py\`: \`python -m unet.predict images --out predictions\` writes the files of \`fcn predict\`: labels with a palette, overlays, and with \`--probabilities\` a file for each class. Margins are mirrored. Large images are predicted in tiles whose results equal those of the whole image, where no receptive field depends on the image's size.
- The files are formatted as black does and typed (mypy). They use only API that PyTorch 1.13 has and newer versions keep.

Where PyTorch computes something differently by default, the package is written so that the numbers agree:

| operation | PyTorch | the package |
| - | - | - |
| batch normalisation | the momentum is the share of the new statistics | 1 − momentum |
| batch normalisation, frozen | running statistics change in training | \`FrozenBatchNorm2d\` stays in evaluation mode |
| a normalisation with only a scale or only a shift | has both or none | \`fixed\` keeps the other at its initial value, and out of the weights file |
| convolution with an even kernel or different padding on each side | the same padding before and after | \`F.pad\` before, or negative \`F.pad\` after a transposed convolution |
| transposed convolution whose windows do not overlap | slow on the CPU | \`SubPixelConvTranspose2d\`: on the CPU a 1×1 convolution and a pixel shuffle |
| pooling with such padding, or with more than half a window | refused | \`max_pool\`, \`average_pool\` pad first |
| average pooling | padding counts | \`count_include_pad=False\` |
| average pooling with dilation | missing | sums of windows by a convolution |
| unpooling | windows that overlap overwrite each other | \`max_unpool\` adds values at the first maximum of each window |
| \`crf\` over a window | missing | \`WindowCRF\`; \`weights.set_normalisations\` gives it the normalisation of the image |
| nearest resampling by other factors than powers of two | positions in float32 can be off by one | positions in whole numbers |

What it cannot express is an error at its line: a fully connected \`crf\`, whose lattice is built for each image (a \`crf\` over a window is expressed exactly).

Each example's package is run by PyTorch in float64 and compared with the compiler's tensor programs in float64, with random weights under which every layer has an effect (the networks, sizes and batches of the TypeScript modules above):

- outputs: in evaluation mode, at two sizes (one image, then two), relative to their largest value;
- gradients: those of a random sum of all outputs, in training mode with the same dropout masks, of the weight with the largest error, relative to its own largest gradient or to a thousandth of the largest of all; and the running statistics after that step;
- gradients of the loss: those of the package's own loss by the \`train\` section, in training mode without dropout; the reference gives them in float32;
- losses: the largest relative distance among ten steps of the package's loss and optimizer at a learning rate of 2⁻¹³, from equal weights with equal dropout masks; the first is the loss itself.

\`tests/targets/pytorch-training.test.ts\` compares every loss in this way. \`pytorch-updates.test.ts\` compares whole runs with every schedule, optimizer, clipping, average, group and freezing (each step's loss, learning rates, weights and optimizer state in float64, to 10⁻⁶); \`pytorch-data.test.ts\` and \`pytorch-formats.test.ts\` compare the samples of every kind of target, of inputs of different size, and of every data format. The packages pass black, mypy with \`--disallow-untyped-defs\` and \`compileall\`.

| example | outputs | gradients | running statistics | gradients of the loss | losses |
| - | -: | -: | -: | -: | -: |
`;

export function pytorchPart(outcomes: Outcomes<"pytorch">): string {
  const rows = Object.entries(outcomes).map(([example, outcome]) => row(example, outcome));
  return `${introduction}${rows.join("\n")}\n`;
}

function row(example: string, result: Outcome<"pytorch">): string {
  const name = `\`${example}\``;
  if ("refused" in result) return `| ${name} | refused: ${result.refused.join("; ")} | | | | |`;
  const { outputs, gradients, statistics, lossGradients, losses } = result;
  return `| ${name} | ${[outputs, gradients, statistics, lossGradients, losses].map(power).join(" | ")} |`;
}
