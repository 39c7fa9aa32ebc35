/** `docs/networks.md`: the description of every example, what the compiler prints for it, and the published definition it is compared with. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CompiledNetwork, compile } from "../../compiler/compile.ts";
import { renderInspection } from "../../views/terminal/inspection/render-inspection.ts";
import { thousands, withPrefix } from "../../views/text/numbers.ts";
import { createFileHost } from "../host/file-sources.ts";
import { packageRoot } from "../host/package-root.ts";
import { type PublishedExample, publishedExamples, publishedNetwork } from "./published-networks.ts";

export function networksPage(): string {
  const folder = join(packageRoot(), "examples");
  const files = readdirSync(folder).filter((name) => name.endsWith(".fcn"));
  return `# Networks

One section for each network in [\`examples/\`](../examples). \`npm run documentation\` generates this page from them; a test fails when it is out of date.

## Compared with the published definitions

Sizes, parameters and receptive fields of all layers, MACs and crops are compared with the definition that the authors published (or, where they published none, with a well-known port): [\`specs/golden/\`](../specs/golden), \`tests/golden/\`. For other examples \`tests/golden/\` compares figures given in their papers.

| example | definition | at | layers | parameters | MACs | crops |
| - | - | - | -: | -: | -: | - |
${publishedExamples().map(publishedRow).join("\n")}

Definitions written for PyTorch state no MACs.

${files.map((name) => section(folder, name)).join("\n\n")}
`;
}

function publishedRow({ example, published, settings, crops }: PublishedExample): string {
  const { input, layers, parameters, macs } = publishedNetwork(published);
  const options = Object.entries(settings).map(([name, value]) => ` \`--set ${name}=${value}\``);
  const [repository = "", ...file] = published.split(":");
  const cells = [
    `[${example.replace(".fcn", "")}](../examples/${example})${options.join("")}`,
    `${repository}: ${file.join(":")}`,
    `${input[1]} × ${input[2]}`,
    layers.length,
    thousands(parameters),
    macs === undefined ? "" : withPrefix(macs, ""),
    crops.join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function section(folder: string, name: string): string {
  const text = readFileSync(join(folder, name), "utf8");
  // Paths as the command gives them, so that no path of this machine appears in the page.
  const { networks, diagnostics } = compile({ path: `examples/${name}`, text }, createFileHost());
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw new Error(`examples/${name}: ${errors.map(({ message }) => message).join("; ")}`);
  const parts = networks.map((network) => `${network.doc ?? ""}\n\n\`\`\`text\n${answer(network)}\n\`\`\``);
  return `## [${name}](../examples/${name})\n\n${parts.join("\n\n")}`;
}

/** What `fcn check` prints for it. */
function answer(network: CompiledNetwork): string {
  const text = renderInspection(network, undefined, { color: false, unicode: true });
  if (typeof text !== "string") throw new Error(`${network.name}: ${text.message}`);
  return text;
}
