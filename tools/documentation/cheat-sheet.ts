/**
 * docs/cheat-sheet.md: the language on one page, as printed on A4. A program shows the statements (`cheat-sheet.fcn`); the words come
 * from the catalogues of the compiler, in groups that are written here.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { words } from "../../compiler/ops/registry.ts";
import { parse } from "../../grammar/index.ts";
import { packageRoot } from "../host/package-root.ts";
import { learningEntries } from "./learning-specs.ts";

type Group = readonly [title: string, names: readonly string[]];

const operationGroups: readonly Group[] = [
  ["convolutions", ["conv", "transposed_conv", "dense"]],
  ["pooling", ["maxpool", "avgpool", "unpool"]],
  ["resampling", ["upsample", "downsample", "pixel_shuffle", "pixel_unshuffle", "pad", "crop"]],
  ["normalisation", ["batchnorm", "groupnorm", "instancenorm", "layernorm", "lrn"]],
  [
    "activations",
    [
      ...["relu", "relu6", "leaky_relu", "prelu", "elu", "gelu", "swish", "hard_swish", "softplus", "tanh"],
      ...["sigmoid", "hard_sigmoid", "softmax"],
    ],
  ],
  ["others", ["abs", "affine", "layer_scale", "channel_shuffle", "dropout", "stochastic_depth"]],
  ["context", ["attend", "gather", "distribute", "crf"]],
];

const blockGroups: readonly Group[] = [
  [
    "std/blocks",
    [
      ...["conv_bn", "separable_conv", "basic_residual", "inverted_residual", "shuffle_unit", "activate"],
      ...["squeeze_excitation", "channel_attention", "spatial_attention", "cbam", "attention_gate"],
      ...["non_local", "position_attention", "channel_self_attention", "dual_attention"],
      ...["aspp", "image_level", "pyramid_pooling", "context_module", "object_context", "fpn"],
    ],
  ],
  [
    "std/encoders",
    [
      ...["vgg16", "alexnet", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"],
      ...[
        "resnet18",
        "resnet34",
        "resnet50",
        "resnet101",
        "resnet152",
        "resnext50_32x4d",
        "resnext101_32x8d",
      ],
      ...["mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small", "densenet121", "convnext_tiny"],
      ...["efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "efficientnet_b4"],
    ],
  ],
  ["std/heads", ["fcn_head", "deeplab_head", "lraspp_head"]],
];

/** Blocks that others of their file are made of; their pages and files have them. */
export const parts: readonly string[] = [
  ...["shuffle_layers", "inverted_layers", "resnet_stem", "basic_stage", "resnet_stage", "bottleneck"],
  ...["inverted_stage", "efficient_stage", "efficient_block", "dense_block", "convnext_stage"],
  "convnext_block",
];

/** Catalogues of training, by the entry that takes their words; those of a row stand beside each other. */
const trainGroups: readonly (readonly (readonly [entry: string, catalogue: string])[])[] = [
  [["loss", "losses"]],
  [
    ["optimizer", "optimizers"],
    ["schedule", "schedules"],
  ],
  [["augment", "augmentations"]],
  [
    ["targets", "targets"],
    ["data", "data"],
  ],
  [["keep best by", "metrics"]],
];

/** What most words of their kind take: said once. */
const leftOut = new Set(["init", "frozen", "bias", "top", "bottom", "left", "right"]);

/** Whose defaults are as published: of these only what has to be given. */
const published: readonly string[] = ["normalisation", "context", "std/blocks", "std/encoders", "std/heads"];

interface Parameter {
  readonly name: string;
  readonly required: boolean;
}

function required(parameter: Parameter): boolean {
  return parameter.required;
}

/** Arguments without their types: `conv(channels, kernel, [stride] …)`. */
function call(name: string, parameters: readonly Parameter[]): string {
  const kept = parameters.filter((one) => one.required || !leftOut.has(one.name));
  if (kept.length === 0) return name;
  return `${name}(${kept.map((one) => (one.required ? one.name : `[${one.name}]`)).join(", ")})`;
}

export interface PreludeBlock {
  readonly name: string;
  readonly parameters: readonly Parameter[];
}

/** The documented blocks of `std/`, by name. */
export function preludeBlocks(): ReadonlyMap<string, PreludeBlock> {
  const folder = join(packageRoot(), "compiler", "prelude");
  const files = readdirSync(folder).filter((name) => name.endsWith(".fcn"));
  return new Map(
    files.flatMap((file) =>
      parse(readFileSync(join(folder, file), "utf8"), file).program.items.flatMap((item) => {
        if (item.kind !== "block" || item.doc === undefined) return [];
        const parameters = item.parameters.map(({ name, default: otherwise }) => ({
          name: name.text,
          required: otherwise === undefined,
        }));
        return [[item.name.text, { name: item.name.text, parameters }] as const];
      }),
    ),
  );
}

function rowOf([title, names]: Group, known: ReadonlyMap<string, PreludeBlock>): string {
  const calls = names.map((name) => {
    const found = known.get(name);
    if (found === undefined) throw new Error(`${title} has no ${name}`);
    const parameters = published.includes(title) ? found.parameters.filter(required) : found.parameters;
    return call(name, parameters);
  });
  return row(title, calls);
}

function row(title: string, calls: readonly string[], between = " "): string {
  return `| ${title} | ${calls.map((written) => `\`${written}\``).join(between)} |`;
}

function trainRows(): string {
  const entries = learningEntries();
  const rows = trainGroups.map((row) => {
    const lists = row.map(([, catalogue]) => {
      const known = entries.filter((one) => one.catalogue === catalogue);
      return known.map(({ name, parameters = [] }) => `\`${call(name, parameters.filter(required))}\``);
    });
    const [first, ...others] = row.map(([entry], place) => [entry, lists[place]?.join(" ") ?? ""] as const);
    const beside = others.map(([entry, list]) => `; **${entry}** ${list}`);
    return `| ${first?.[0]} | ${first?.[1]}${beside.join("")} |`;
  });
  return rows.join("\n");
}

const commands = [
  ...["check", "inspect --size 256x256", "explain", "diagram -o net.svg", "cost", "train", "evaluate"],
  ...["predict", "compare", "emit --to onnx", "format"],
];

/** It has every statement, and every entry of a train section. */
export function cheatSheetProgram(): string {
  return readFileSync(join(packageRoot(), "tools", "documentation", "cheat-sheet.fcn"), "utf8");
}

/** Entries of the train section that are in a row, beside each other. */
const short = [
  ...["inputs", "targets", "objects", "groups", "freeze", "clip", "average", "accumulate", "epochs", "batch"],
  ...["last_batch", "seed", "sweep"],
];
const shortEntries = new RegExp(`^ {2}(${short.join("|")}) +(.+)\\n`, "gm");

export function cheatSheet(): string {
  const blocks = preludeBlocks();
  const program = cheatSheetProgram();
  const others = [...program.matchAll(shortEntries)].map(([, entry, value]) => `${entry} ${value}`);
  return `# The language on one page

[The tutorial](tutorial-language.md) explains it; [specs/language](../specs/language/README.md), [specs/operations](../specs/operations/README.md) and [specs/training](../specs/training/README.md) define it. Written by \`npm run documentation\`.

\`\`\`fcn
${program.replace(shortEntries, "")}\`\`\`

| words | arguments in brackets may be left out; convolutions also take \`bias\` \`init\` \`frozen\`, windows \`top\` \`bottom\` \`left\` \`right\` |
| - | - |
${operationGroups.map((group) => rowOf(group, words)).join("\n")}
${blockGroups.map((group) => rowOf(group, blocks)).join("\n")}
${row("train, also", others, ", ")}
${trainRows()}
${row("fcn", commands, ", ")}
`;
}
