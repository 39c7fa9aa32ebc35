/** `docs/networks.md`: every example in its own words, what the compiler says of it, and what it is held to. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CompiledNetwork, compile } from "../../compiler/compile.ts";
import { thousands, withPrefix } from "../../compiler/inspect/numbers.ts";
import { renderInspection } from "../../compiler/inspect/render.ts";
import { createFileHost } from "../host/file-sources.ts";
import { packageRoot } from "../host/package-root.ts";
import { type PublishedExample, publishedExamples, publishedNetwork } from "./published-networks.ts";

export function networksPage(): string {
  const folder = join(packageRoot(), "examples");
  const files = readdirSync(folder).filter((name) => name.endsWith(".fcn"));
  return `# Networks

One file for each network in [\`examples/\`](../examples). This page is made from them by \`npm run documentation\`; a test holds it to them.

## Held to the published definitions

Each layer's size, its parameters, its receptive field, the multiply-adds and the crops are compared with the definition its authors (or, where they published none, a well-known port) trained with: [\`specs/golden/\`](../specs/golden), \`tests/golden/\`. Other examples are held to figures of their papers there.

| example | definition | at | layers | parameters | multiply-adds | crops |
| - | - | - | -: | -: | -: | - |
${publishedExamples().map(publishedRow).join("\n")}

A definition written for PyTorch gives no multiply-adds.

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
  // Paths as the command gives them, so that no path of this machine gets into the page.
  const { networks, diagnostics } = compile({ path: `examples/${name}`, text }, createFileHost());
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw new Error(`examples/${name}: ${errors.map(({ message }) => message).join("; ")}`);
  const parts = networks.map((network) => `${network.doc ?? ""}\n\n\`\`\`text\n${answer(network)}\n\`\`\``);
  return `## [${name}](../examples/${name})\n\n${parts.join("\n\n")}`;
}

/** What `fcn check` says of it. */
function answer(network: CompiledNetwork): string {
  const text = renderInspection(network, undefined, { color: false, unicode: true });
  if (typeof text !== "string") throw new Error(`${network.name}: ${text.message}`);
  return text;
}
