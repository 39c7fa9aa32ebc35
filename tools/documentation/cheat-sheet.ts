/** docs/cheat-sheet.md: the language on one page. Its statements are written here; its words come from the catalogues. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Definition } from "../../compiler/learning/definition/definition.ts";
import { words } from "../../compiler/ops/registry.ts";
import { parse } from "../../grammar/index.ts";
import { packageRoot } from "../host/package-root.ts";
import { catalogues, learningEntries } from "./learning-specs.ts";
import { operationPages } from "./operation-specs.ts";

/** How a statement or expression is written, and what it means. */
type Line = readonly [written: string, meaning: string];

const statements: readonly Line[] = [
  ["input image [3, H, W]", "an input: channels, height, width; `[1, 2*H, 2*W]`, `[3, 64, 64]`"],
  ["conv(64, 3x3) relu", "operations and blocks, applied to the current feature map one after the other"],
  ["maxpool(2) as pool1", "a name for the result; `as level[i]` in a loop, `as node[i, j]` in two"],
  ["relu as new state", "the name now means this feature map"],
  [
    "skip pool1 by concat",
    "join a feature map to the current one: `add subtract multiply maximum minimum concat`",
  ],
  ["skip a, b by add, crop = centred { conv(8, 1x1) }", "several, cropped, each through a path first"],
  ["fork by concat { path { … } path { … } }", "paths from the current feature map, joined"],
  ["residual { … } shortcut { … }", "the body plus its input, which goes through the shortcut"],
  ["from image", "continue from another feature map"],
  ["crop to image, aligned", "crop to the size of another feature map; or `centred`"],
  ["encoder vgg = vgg16()", "a named section; its feature maps are `vgg.pool4` …"],
  ["encoder { … } decoder { … }", "sides of the figure"],
  ["encoder net = stages() dilated to 1/8", "strides beyond 1/8 become dilations"],
  ["for i in 0 ..< 4 { … }", "a loop, over a range or a list"],
  ["repeat 3 { … } as features", "the same statements several times; a name for the result"],
  ["if depth > 2 { … } else { … }", "decided when compiled"],
  ["let wide = 2 * width", "a name for a value"],
  ["expect [64, H/2, W/2] stride 2 field 18", "checked for every size; also `offset`, `parameters`"],
  ["block double(channels) { … }", "a block: statements with parameters"],
  [
    "output labels by softmax",
    "an output; or `by sigmoid`, or as it is; `output side[i]` in a loop or block",
  ],
];

const expressions: readonly Line[] = [
  ['64 1e-4 20% 3x3 "text" true [1, 2]', "numbers, height by width, strings, truth values, lists"],
  ["+ - * / mod ^ == != < <= > >= and or not", "operators; a quotient is not rounded"],
  ["0 ..< 4, 1 .. 4", "ranges: 0 1 2 3, and 1 2 3 4"],
  ["floor ceil round min max length reversed", "functions"],
  [
    "level[i] node[i, j] vgg.pool4 net.stage[i] pool1.channels pool1.stride",
    "feature maps and what is known of them",
  ],
  ["current", "the feature map a statement is applied to; `current.channels`"],
];

const files: readonly Line[] = [
  ["network Name(classes = 2, width = 64) { … }", "a network; `--set width=32` changes a parameter"],
  ["train Name { … }", "its training, one entry a line"],
  ['import { vgg16, aspp as pyramid } from "std/encoders"', "blocks of the standard library, or of a file"],
  [
    'import { head } from "@/blocks/heads"',
    "of a file by its path in the project: from the folder that holds `project.fcn`",
  ],
  [
    "// comment, /// documentation, // allow(code) reason",
    "comments; the last silences a warning on its line",
  ],
];

const commands: readonly Line[] = [
  ["fcn check net.fcn", "errors, accepted sizes, output sizes; `--fix`, `--explain CODE`"],
  ["fcn inspect net.fcn --size 256x256", "every layer"],
  ["fcn explain net.fcn labels", "where a feature map comes from"],
  ["fcn diagram net.fcn -o net.svg", "the figure"],
  ["fcn cost net.fcn --size 256x256", "memory and MACs"],
  ["fcn train net.fcn", "train; `--resume`"],
  ["fcn evaluate, fcn predict, fcn compare", "metrics, predictions, runs side by side"],
  ["fcn emit net.fcn --to typescript", "or `pytorch`, `onnx`, `tfjs-model`"],
  ["fcn format net.fcn", "one layout"],
];

/** Arguments without their types: `conv(channels, kernel, [stride] …)`. */
function call(
  name: string,
  parameters: readonly Pick<Definition["parameters"][number], "name" | "required">[],
): string {
  if (parameters.length === 0) return name;
  return `${name}(${parameters.map((one) => (one.required ? one.name : `[${one.name}]`)).join(", ")})`;
}

function table(lines: readonly Line[], heads = ["written", "meaning"]): string {
  const rows = lines.map(([written, meaning]) => `| \`${written}\` | ${meaning} |`);
  return [`| ${heads.join(" | ")} |`, "| - | - |", ...rows].join("\n");
}

function operations(): string {
  const rows = operationPages()
    .map(({ name, title }) => ({ word: words.get(name), title }))
    .flatMap(({ word, title }): Line[] =>
      word === undefined ? [] : [[call(word.name, word.parameters), title]],
    );
  return table(rows, ["operation", "what"]);
}

/** The blocks of `std/`, with what stands above them up to its source. */
function standardBlocks(): string {
  const folder = join(packageRoot(), "compiler", "prelude");
  const files = readdirSync(folder).filter((name) => name.endsWith(".fcn"));
  const rows = files.toSorted().flatMap((name) =>
    parse(readFileSync(join(folder, name), "utf8"), name).program.items.flatMap((item): Line[] => {
      if (item.kind !== "block" || item.doc === undefined) return [];
      const parameters = item.parameters.map((one) => ({
        name: one.name.text,
        required: one.default === undefined,
      }));
      const what = item.doc.replaceAll("\n", " ").split(/ \(|[.:](?: |$)/)[0] ?? "";
      return [[call(item.name.text, parameters), `${what}; \`std/${name.replace(".fcn", "")}\``]];
    }),
  );
  return table(rows, ["block", "what"]);
}

function trainEntries(): string {
  const entries = learningEntries();
  const rows = catalogues.map(({ folder, entry }): Line => {
    const known = entries.filter(({ catalogue }) => catalogue === folder);
    const required = known.map(({ name, parameters = [] }) =>
      call(
        name,
        parameters.filter((one) => one.required),
      ),
    );
    return [entry, required.map((written) => `\`${written}\``).join(", ")];
  });
  const plain: readonly Line[] = [
    ["start", '`from Name`, `from "weights.safetensors"`'],
    ["masks", "`indices`, `[membrane = 0, cell = 255]`, `ignore = 255`"],
    ["objects", "the size of what is to be seen, in pixels"],
    ["epochs, batch, last_batch, seed, accumulate", "numbers; `join`, `keep` or `drop` for the last batch"],
    ["keep", "`best by mean_iou`, `stop after 8 epochs without improvement`"],
  ];
  return table([...plain, ...rows], ["entry", "takes"]);
}

export function cheatSheet(): string {
  return `# The language on one page

Written by \`npm run documentation\` from the catalogues of the compiler. [The tutorial](tutorial-language.md) explains it step by step; [specs/language](../specs/language/README.md), [specs/operations](../specs/operations/README.md) and [specs/training](../specs/training/README.md) define it. Arguments in brackets may be left out.

## Files

${table(files)}

## Statements

${table(statements)}

## Expressions

${table(expressions)}

## Operations

${operations()}

## Blocks of the standard library

${standardBlocks()}

## Training

With the arguments that must be given; the page of each word has the others.

${trainEntries()}

## Commands

${table(commands, ["command", "what"])}
`;
}
