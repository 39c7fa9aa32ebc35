/** The messages that pages in `specs/` show, as their programs give them now. */
import { readFileSync } from "node:fs";
import { rendered } from "./compile-block.ts";
import { readSpecPage } from "./spec-page.ts";

/** The page with every `text diagnostics` block as it should be. */
export function withMessages(path: string): string {
  const lines = readFileSync(path, "utf8").split("\n");
  const blocks = readSpecPage(path);
  // From the last to the first, so that the lines of earlier blocks stay where they are.
  for (const [index, block] of [...blocks.entries()].reverse()) {
    const before = blocks[index - 1];
    if (block.language !== "text" || !block.flags.has("diagnostics") || before === undefined) continue;
    const length = block.text.split("\n").length - 1;
    lines.splice(block.line, length, ...rendered(before, blocks).trimEnd().split("\n"));
  }
  return lines.join("\n");
}
