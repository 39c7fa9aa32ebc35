/** The pages of `specs/operations/`: their arguments from the definitions, and their index. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { words } from "../../compiler/ops/registry.ts";
import type { Word } from "../../compiler/ops/word.ts";
import { packageRoot } from "../host/package-root.ts";
import { typeText } from "./operations-page.ts";

export interface OperationPage {
  /** "conv": a word of the language, or a statement that joins or crops. */
  readonly name: string;
  /** The text after the name in the first line. */
  readonly title: string;
  /** Operations of the graph it becomes: the words in backticks of the line that begins with "In the graph:". */
  readonly operations: readonly string[];
  readonly path: string;
}

export const operationsFolder = join(packageRoot(), "specs", "operations");

/** @throws Error for a page whose first line is not `# name: title`, or without a line "In the graph: …". */
export function operationPages(): readonly OperationPage[] {
  const names = readdirSync(operationsFolder).filter((file) => file.endsWith(".md") && file !== "README.md");
  return names.toSorted().map((file) => {
    const path = join(operationsFolder, file);
    const name = file.replace(/\.md$/, "");
    const text = readFileSync(path, "utf8");
    const title = new RegExp(`^# ${name}: (.+)\n`).exec(text)?.[1];
    const graph = /^In the graph: (.+)$/m.exec(text)?.[1];
    if (title === undefined || graph === undefined)
      throw new Error(`${path} must begin with "# ${name}: " and a title, and have a line "In the graph: …"`);
    return { name, title, operations: [...graph.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word), path };
  });
}

/** The page with the arguments of its word as they are defined; as it is where it is about a statement. */
export function withArguments({ name, path }: OperationPage): string {
  const text = readFileSync(path, "utf8");
  const word = words.get(name);
  if (word === undefined) return text;
  const heading = "\n## Arguments\n";
  const start = text.indexOf(heading);
  const end = text.indexOf("\n## ", start + 1);
  if (start < 0 || end < 0) throw new Error(`${path} must have a section "## Arguments" before another one`);
  return `${text.slice(0, start)}${heading}\n${argumentTable(word.name, word.parameters)}\n${text.slice(end)}`;
}

/** A call with its arguments, and what each takes and means. */
export function argumentTable(name: string, parameters: Word["parameters"]): string {
  if (parameters.length === 0) return `\`${name}\`, without arguments.`;
  const signature = parameters.map((parameter) =>
    parameter.required ? parameter.name : `[${parameter.name}]`,
  );
  const rows = parameters.map(
    ({ name: parameter, type, required, summary, default: otherwise, positional }) => {
      const named = positional ? `*${parameter}*` : parameter;
      const cells = [named, typeText(type), required ? "(required)" : (otherwise ?? ""), summary];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    },
  );
  const head = "| argument | takes | default | meaning |\n| - | - | - | - |";
  return `\`${name}(${signature.join(", ")})\`; arguments in *italics* may be given without their name.\n\n${head}\n${rows.join("\n")}`;
}

const introduction = `# Operations

One page for each word that is called on the current feature map, and for the statements for joins, crops and inputs. A page has its arguments, numbered constraints with programs that demonstrate them and run as tests, and its source.

- \`fcn operation\` is the part between \`input image [3, H, W]\` and \`output result\` (it may contain either itself) of a network with \`classes = 2\` and \`width = 8\`. It must have no errors except those in \`reports=\`; warnings about the network as a whole are ignored.
- \`expect\` asserts the shape, stride, offset, receptive field and number of parameters of the current feature map ([statements](../language/statements.md)). In formulas \`H\` and \`W\` are the input's size; ⌊…⌋ is written \`floor(…)\`, ⌈…⌉ \`ceil(…)\`.
- \`text weights\` lists the weights of the program above: name, shape, initial values. The shape of a convolution's weight begins with the output channels, that of a transposed convolution with the input channels.
- \`text values\` computes: numbers under the names of inputs go in, and the \`cpu\` engine must give the numbers under the names of outputs, to 1e-4 (they are written with four decimals). Each line is a row; an empty line separates channels.

\`tests/numeric/\` compares every operation and its gradient on every engine with float64 references; [docs/operations.md](../../docs/operations.md) shows the errors found.`;

export function operationsIndex(): string {
  const rows = operationPages().map(
    ({ name, title, operations }) =>
      `| [${name}](${name}.md) | ${title} | ${operations.map((operation) => `\`${operation}\``).join(", ")} |`,
  );
  return `${introduction}\n\n| page | what | in the graph |\n| - | - | - |\n${rows.join("\n")}\n`;
}
