/** The messages and weights that pages in `specs/` show, as their programs give them now. */
import { readFileSync } from "node:fs";
import { rendered } from "./compile-block.ts";
import { readSpecPage } from "./spec-page.ts";
import { weightsText } from "./weights-text.ts";

/** The page with every `text diagnostics` and `text weights` block as it should be. */
export function withMessages(path: string): string {
  const lines = readFileSync(path, "utf8").split("\n");
  const blocks = readSpecPage(path);
  // From the last to the first, so that the lines of earlier blocks stay where they are.
  for (const [index, block] of [...blocks.entries()].reverse()) {
    const before = blocks[index - 1];
    if (block.language !== "text" || before === undefined) continue;
    const text = block.flags.has("diagnostics")
      ? rendered(before, blocks)
      : block.flags.has("weights")
        ? weightsText(before, blocks)
        : block.text;
    lines.splice(block.line, block.text.split("\n").length - 1, ...text.trimEnd().split("\n"));
  }
  return lines.join("\n");
}
