/** `docs/operations.md`: every word and operation, generated from their definitions. */
import { describeType } from "../../compiler/language/expressions/coerce.ts";
import { operations, words } from "../../compiler/ops/registry.ts";
import type { ParameterSpecification, ParameterType, Word } from "../../compiler/ops/word.ts";
import { engineNames } from "../../runtime/engines/engines.ts";
import { computedOperations, type OperationErrors, type OperationRecord } from "./operation-record.ts";

const introduction = `# Words and operations

This page lists every word that can be called on the current feature map, as in \`conv(64, 3x3)\`, with its arguments, and the operations of the graph that words become. [specs/operations](../specs/operations/README.md) defines each in full, with examples.
Arguments in *italics* may be given without their name. Sizes are height × width, in positions of a feature map.
\`npm run documentation\` generates the page from the definitions in \`compiler/ops/\`; a test fails when it is out of date.`;

/** Details that a summary is too short for; the float64 reference in tests/numeric/reference/ is complete. */
const conventions = `## Numerical definitions

- **Padding** of a convolution is zeros. In a maxpool it is never the maximum; in an avgpool it is not counted, except with \`count_padding\`.
- **Ceil mode** drops a last window that would start in the padding after the feature map (Caffe's rule).
- **maxpool**: of equal maxima, the first in row order is taken, and it alone receives the gradient.
- **unpool** puts values back at the pooling indices; values at the same position add, and each receives the gradient of that position.
- **transposed convolution**: output size = stride · (n − 1) + kernel less the cropped positions, for n input positions.
- **bilinear**: from n to m positions. With half-pixel centres output position o reads (o + 1/2) · n/m − 1/2, edges repeated; with aligned corners o · (n − 1)/(m − 1).
- **nearest**: output position o reads ⌊o · n/m⌋; with aligned corners the position nearest to o · (n − 1)/(m − 1), halves upwards.
- **batchnorm**: training normalises by the batch's mean and biased variance. Running statistics move by 1 − momentum towards the batch's mean and *unbiased* variance (Ioffe & Szegedy 2015, algorithm 2). Prediction, and \`frozen\`, use the running ones.
- **dense(n)** on a feature map of h × w is \`conv(n, hxw, padding = valid)\` with the same weight, [n, channels, h, w]; it accepts that one size, and the convolution slides over larger ones.
- **bins**: bin i of b over n positions goes from ⌊i·n/b⌋ up to ⌈(i + 1)·n/b⌉, PyTorch's rule; bins overlap where b does not divide n.
- **pixel_shuffle** by fy x fx: channel c·fy·fx + i·fx + j at (y, x) becomes channel c at (y·fy + i, x·fx + j), PyTorch's order.
- **instancenorm, groupnorm** use the image's own mean and biased variance, over each channel or each group of channels, in training and in prediction alike. Their receptive field is the whole input.
- **softmax(over = space), attend, gather** and **distribute** see the whole feature map, as a global pool does: receptive fields are the whole input, and there are no exact tiles.
- **attend**: head h of queries, keys and values are their channels h · C/heads up to (h + 1) · C/heads, each with its own C. The products are not scaled.
- **maxpool(over = channels)** shares the gradient among equal maxima of a position.
- **layernorm** normalises over the channels of each position and sees nothing else; \`groupnorm(1)\` normalises over all channels and positions of the image.
- **lrn** is Caffe's: x / (k + alpha/size · Σ x²)^beta over size channels around each, fewer at the first and last. Krizhevsky, Sutskever & Hinton 2012 write α for alpha/size: their network is \`lrn(5, alpha = 5e-4, k = 2)\`.
- **dropout** divides what it keeps by 1 − rate in training (Srivastava et al. 2014, section 10), and does nothing in prediction.
- **crf(guide)**: initially x = s, the input; each iteration computes Q = softmax(x) and x(l) = s(l) − the sum over classes m of compatibility(l, m) · (appearance(m) · (K₁Q)(m) + smoothness(m) · (K₂Q)(m)). K₁ is a Gaussian of position and the guide's colours, K₂ of position alone; both are normalised symmetrically, and summed over all positions on a permutohedral lattice, or exactly over the positions of \`window\` ([crf.md](crf.md)). Gradients are those of the iterations, with respect to s and the weights; the guide receives none. The result is x: end with softmax.
- **relu, relu6, hard_sigmoid** have derivative 0 at their kinks; leaky relu, elu and prelu have the derivative of the left side at 0, hard_swish 0 at −3 and 1.5 at 3.
- **gelu** is exact, by the error function, not approximated by tanh.`;

export function operationsPage(record: OperationRecord): string {
  const sections = [...words.values()].map(wordSection);
  const parts = [introduction, "## Words", ...sections, operationTable(), conventions, engineTable(record)];
  return `${parts.join("\n\n")}\n`;
}

function wordSection(word: Word): string {
  const heading = `### ${word.name}\n\n${word.summary}`;
  if (word.parameters.length === 0) return `${heading} It takes no arguments.`;
  const rows = word.parameters.map(parameterRow);
  return `${heading}\n\n${table(["argument", "takes", "default", "meaning"], rows)}`;
}

function parameterRow(parameter: ParameterSpecification): readonly string[] {
  const name = parameter.positional ? `*${parameter.name}*` : parameter.name;
  const otherwise = parameter.required ? "(required)" : (parameter.default ?? "");
  return [name, typeText(parameter.type), otherwise, parameter.summary];
}

/** The values that a parameter takes, in words. */
export function typeText(type: ParameterType): string {
  switch (type.kind) {
    case "count":
      return describeType(type);
    case "extent":
      return type.least === 0 ? "`1`, or `1x2`, from 0" : "`3`, or `3x5`";
    case "number":
    case "range":
    case "counts":
    case "class_weights":
      return describeType(type);
    case "text":
      return `a string, \`${JSON.stringify(type.example)}\``;
    case "choice":
      return type.words.map((word) => `\`${word}\``).join(" or ");
    case "flag":
      return "`true` or `false`; its bare name is `true`";
    case "map":
      return "the name of a feature map";
    case "initialisation":
      return "`he`, `xavier`, `zeros`, `ones`, `bilinear`, `identity`, `identity(21, 0.001)`, `normal(0.01)` or `constant(1)`";
    case "either":
      return type.types.map(typeText).join(", or ");
  }
}

function operationTable(): string {
  const rows = Object.values(operations).map(({ name, summary, traits }) => [
    `\`${name}\``,
    summary,
    traits.training ? "yes" : "",
  ]);
  return `## Operations of the graph\n\n${table(["operation", "what it does", "differs in training"], rows)}`;
}

/** Engines that every machine has come first. */
const engineColumns = engineNames.toReversed();

/** Operation × engine, with the largest errors. */
function engineTable({ date, node, engines }: OperationRecord): string {
  const rows = computedOperations.map((name) => [
    `\`${name}\``,
    `${Math.max(0, ...Object.values(engines).map(({ operations }) => operations[name]?.cases ?? 0))}`,
    ...engineColumns.map((engine) => errorsText(engines[engine]?.operations[name])),
  ]);
  const present = engineColumns.flatMap((name) => {
    const engine = engines[name];
    return engine === undefined ? [] : [`- \`${name}\`: ${engine.description}; on ${engine.device}`];
  });
  return [
    `## On each engine

Every operation runs on every engine of the machine and is compared with a float64 reference (\`tests/numeric/\`): its results, and
its gradients with central differences of the reference. The table gives the largest errors, *results · gradients*, relative to the
largest magnitude in the array, or to 1 if that is larger. "–" means that the engine was not available. The tests fail above 2e-5, or
above a larger tolerance where a case gives a reason. An engine refuses only feature maps that are too large for it (\`fcn doctor\` prints
its limits). PyTorch (\`--engine torch\`) is compared in [targets.md](targets.md#pytorch).

Run of ${date}, Node ${node.replace(/^v/, "")}; \`npm run verify:operations\` repeats it and writes this table.`,
    present.join("\n"),
    table(["operation", "cases", ...engineColumns], rows),
  ].join("\n\n");
}

function errorsText(errors: OperationErrors | undefined): string {
  if (errors === undefined) return "–";
  const digits = (error: number | null): string =>
    error === null ? "–" : error === 0 ? "0" : error.toExponential(1);
  return `${digits(errors.forward)} · ${digits(errors.gradient)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "-")), ...rows.map(line)].join("\n");
}
