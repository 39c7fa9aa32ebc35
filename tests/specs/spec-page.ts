/** The fenced blocks of a page in `specs/`, with what their info strings say. See specs/language/README.md. */
import { readFileSync } from "node:fs";

export interface SpecBlock {
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  /** The first word of the info string: "fcn", "text". */
  readonly language: string;
  /** Words without a value: "body", "train". */
  readonly flags: ReadonlySet<string>;
  /** Words with values: `reports=syntax/unexpected,names/unknown`. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly text: string;
}

/** @throws Error for a fence that is not closed. */
export function readSpecPage(path: string): readonly SpecBlock[] {
  const blocks: SpecBlock[] = [];
  let open: { line: number; info: string; text: string[] } | undefined;
  for (const [index, line] of readFileSync(path, "utf8").split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (open === undefined) {
      if (fence !== null) open = { line: index + 1, info: fence[1] ?? "", text: [] };
    } else if (fence === null) open.text.push(line);
    else {
      const [language = "", ...words] = open.info.split(/\s+/);
      const pairs = words.filter((word) => word.includes("=")).map((word) => word.split("="));
      blocks.push({
        page: path,
        line: open.line,
        language,
        flags: new Set(words.filter((word) => word !== "" && !word.includes("="))),
        values: new Map(pairs.map(([key = "", value = ""]) => [key, value.split(",")])),
        text: open.text.map((each) => `${each}\n`).join(""),
      });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: this fence is not closed`);
  return blocks;
}

const flags = ["body", "train", "formatted", "diagnostics"];
const keys = ["reports"];

/** A misspelt word in an info string would leave a block untested. */
export function checkInfo(block: SpecBlock): void {
  for (const word of [...block.flags, ...block.values.keys()]) {
    if (!flags.includes(word) && !keys.includes(word)) {
      throw new Error(`${block.page}:${block.line}: "${word}" means nothing in an info string`);
    }
  }
}

/** The whole file that a block stands for: itself, or a network or train section round it. */
export function wholeFile(block: SpecBlock): string {
  if (block.flags.has("body")) {
    return `network Page(classes = 2, width = 8) {\ninput image [3, H, W]\n${block.text}output result\n}\n`;
  }
  if (block.flags.has("train")) {
    const network = "network Page(classes = [membrane, cell]) {\ninput image [1, H, W]\nconv(classes, 1x1)\n";
    return `${network}output labels by softmax\n}\n\ntrain Page {\n${block.text}}\n`;
  }
  return block.text;
}
