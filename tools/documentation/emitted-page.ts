/** docs/emitted-u-net.md: U-Net as `fcn emit --to typescript` writes it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../compiler/compile.ts";
import { typescript } from "../../compiler/targets/typescript/typescript.ts";
import { subjectOf } from "../cli/commands/emit/run-emit.ts";
import { createFileHost } from "../host/file-sources.ts";
import { packageRoot } from "../host/package-root.ts";

export async function emittedPage(): Promise<string> {
  const text = readFileSync(join(packageRoot(), "examples", "u-net.fcn"), "utf8");
  const compilation = compile({ path: "u-net.fcn", text }, createFileHost());
  const [network] = compilation.networks;
  if (network === undefined) throw new Error("examples/u-net.fcn does not compile");
  const emission = await typescript.emit(subjectOf(network, compilation, undefined, false));
  if (emission.kind === "refused") throw new Error("examples/u-net.fcn is refused");
  const [bytes] = emission.files.values();
  return `# U-Net as emitted

What \`fcn emit examples/u-net.fcn --to typescript\` writes. [targets.md](targets.md#typescript) says how it is used and compared. \`npm run documentation\` generates this page.

\`\`\`ts
${new TextDecoder().decode(bytes).trimEnd()}
\`\`\`
`;
}
