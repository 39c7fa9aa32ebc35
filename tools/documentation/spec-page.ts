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
  /** Words with values, `reports=syntax/unexpected,names/unknown`: what follows each `=`, in order. */
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
      const [language = "", ...words] = open.info.split(/\s+/).filter((word) => word !== "");
      blocks.push({
        page: path,
        line: open.line,
        language,
        flags: new Set(words.filter((word) => !word.includes("="))),
        values: valuesOf(words),
        text: open.text.map((each) => `${each}\n`).join(""),
      });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: this fence is not closed`);
  return blocks;
}

/** A word may occur several times, `set=width=8 set=classes=3`; only codes are separated by commas. */
function valuesOf(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const word of words) {
    const [, key, value] = /^([^=]*)=(.*)$/.exec(word) ?? [];
    if (key === undefined || value === undefined) continue;
    values.set(key, [...(values.get(key) ?? []), ...(key === "reports" ? value.split(",") : [value])]);
  }
  return values;
}

const flags = ["body", "train", "operation", "formatted", "diagnostics", "weights", "values"];
const keys = ["reports", "file", "folder", "set", "network", "emit"];

/**
 * A misspelt word in an info string would leave a block untested.
 * @throws Error naming the page and line.
 */
export function checkInfo(block: SpecBlock): void {
  for (const word of [...block.flags, ...block.values.keys()]) {
    if (!flags.includes(word) && !keys.includes(word)) {
      throw new Error(`${block.page}:${block.line}: "${word}" means nothing in an info string`);
    }
  }
}

/** A program, as against a file beside it or the layout of one. */
export function isProgram(block: SpecBlock): boolean {
  return block.language === "fcn" && !block.flags.has("formatted") && !block.values.has("file");
}

/** The codes a program must report, in the order of the text; `names/unknown*3` is one reported three times. */
export function expectedCodes(block: SpecBlock): readonly string[] {
  return (block.values.get("reports") ?? []).flatMap((word) => {
    const [code = "", times = "1"] = word.split("*");
    return Array<string>(Number(times)).fill(code);
  });
}

/** The whole file that a block represents: itself, or a network or train section round it. */
export function wholeFile(block: SpecBlock): string {
  if (block.flags.has("body")) {
    return `network Page(classes = 2, width = 8) {\ninput image [3, H, W]\n${block.text}output result\n}\n`;
  }
  if (block.flags.has("operation")) {
    const begins = /^\s*input\b/.test(block.text) ? "" : "input image [3, H, W]\n";
    const ends = /^\s*output\b/m.test(block.text) ? "" : "output result\n";
    return `network Page(classes = 2, width = 8) {\n${begins}${block.text}${ends}}\n`;
  }
  if (block.flags.has("train")) {
    const network = "network Page(classes = [membrane, cell]) {\ninput image [1, H, W]\nconv(classes, 1x1)\n";
    return `${network}output labels by softmax\n}\n\ntrain Page {\n${block.text}}\n`;
  }
  return block.text;
}
