/** A program written as source text, one statement a line. */
import type {
  Block,
  Call,
  Channels,
  Dimension,
  Extent,
  Input,
  OutputActivation,
  Sides,
  WindowPadding,
  Written,
  WrittenProgram,
} from "./program.ts";

export interface SourceText {
  readonly text: string;
  /** The line on which each statement begins, from 1. */
  readonly lineOf: ReadonlyMap<Written | "input" | "output", number>;
}

export function sourceText(program: WrittenProgram): SourceText {
  const lines: string[] = [];
  const lineOf = new Map<Written | "input" | "output", number>();
  const write = (indent: number, text: string): void => {
    lines.push(`${"  ".repeat(indent)}${text}`);
  };
  const begin = (place: Written | "input" | "output", indent: number, text: string): void => {
    lineOf.set(place, lines.length + 1);
    write(indent, text);
  };
  const body = (statements: readonly Written[], indent: number): void => {
    for (const statement of statements) one(statement, indent);
  };
  const one = (statement: Written, indent: number): void => {
    begin(statement, indent, headText(statement));
    if (statement.kind === "side" || statement.kind === "for") {
      body(statement.body, indent + 1);
      write(indent, "}");
    } else if (statement.kind === "fork") {
      for (const path of statement.paths) {
        write(indent + 1, "path {");
        body(path, indent + 2);
        write(indent + 1, "}");
      }
      write(indent, `}${named(statement.as)}`);
    } else if (statement.kind === "skip" && statement.path.length > 0) {
      body(statement.path, indent + 1);
      write(indent, `}${named(statement.as)}`);
    }
  };
  const blocks = [...blocksOf(program.body)];
  const imported = new Set(blocks.filter(({ standard }) => standard !== undefined).map(({ name }) => name));
  if (imported.size > 0) {
    write(0, `import { ${[...imported].join(", ")} } from "std/blocks"`);
    write(0, "");
  }
  for (const block of blocks) {
    if (block.standard !== undefined) continue;
    write(0, `block ${block.name}(${parametersText(block)}) {`);
    body(block.body, 1);
    write(0, "}");
    write(0, "");
  }
  write(0, "network N {");
  begin("input", 1, inputText(program.input));
  body(program.body, 1);
  begin("output", 1, outputText("labels", program.activation));
  write(0, "}");
  write(0, "");
  return { text: lines.join("\n"), lineOf };
}

/** The blocks that are called, each once. */
export function blocksOf(body: readonly Written[]): ReadonlySet<Block> {
  const blocks = new Set<Block>();
  for (const statement of body) {
    if (statement.kind === "apply") blocks.add(statement.block);
    if (statement.kind === "side" || statement.kind === "for")
      for (const block of blocksOf(statement.body)) blocks.add(block);
  }
  return blocks;
}

/** Its line; of one with a body, the line that opens it. */
function headText(statement: Written): string {
  switch (statement.kind) {
    case "call":
      return `${callText(statement.call)}${named(statement.as)}`;
    case "from":
      return `from ${statement.map}`;
    case "crop_to":
      return `crop to ${statement.map}, ${statement.rule}${named(statement.as)}`;
    case "side":
      return `${statement.side} {`;
    case "fork":
      return `fork by ${statement.join} {`;
    case "skip": {
      const crop = statement.crop === "none" ? "" : `, crop = ${statement.crop}`;
      const end = statement.path.length > 0 ? " {" : named(statement.as);
      return `skip ${statement.maps.join(", ")} by ${statement.join}${crop}${end}`;
    }
    case "for": {
      const range = `${statement.from} ..< ${statement.to}`;
      return `for ${statement.variable} in ${statement.reversed ? `reversed(${range})` : range} {`;
    }
    case "apply":
      return `${statement.block.standard ?? `${statement.block.name}(${statement.argument ?? ""})`}${named(statement.as)}`;
    case "bind":
      return `let ${statement.name} = current`;
    case "input":
      return inputText(statement.input);
    case "output":
      return outputText(statement.name, statement.activation);
  }
}

function parametersText({ takesNumber, takesCurrent }: Block): string {
  return [...(takesNumber ? ["c"] : []), ...(takesCurrent ? ["x: map = current"] : [])].join(", ");
}

function inputText({ name, channels, size: [height, width] }: Input): string {
  return `input ${name} [${channels}, ${dimensionText(height)}, ${dimensionText(width)}]`;
}

function outputText(name: string, activation: OutputActivation): string {
  return `output ${name}${activation === undefined ? "" : ` by ${activation}`}`;
}

function channelsText(channels: Channels): string {
  if (typeof channels === "number") return `${channels}`;
  const factor = channels.times === 1 ? "" : `${channels.times} * `;
  if (channels.of === "current") return `${factor}current.channels`;
  return `${factor}${channels.name}${channels.of === "map" ? ".channels" : ""}`;
}

function dimensionText({ symbol, scale, shift }: Dimension): string {
  if (symbol === undefined) return `${shift}`;
  const product = scale === 1 ? symbol : `${scale} * ${symbol}`;
  return shift === 0 ? product : `${product} ${shift > 0 ? "+" : "-"} ${Math.abs(shift)}`;
}

function callText(call: Call): string {
  switch (call.word) {
    case "conv":
      return words("conv", [
        channelsText(call.channels),
        extentText(call.kernel),
        unless(call.stride, "stride"),
        unless(call.dilation, "dilate"),
        paddingText(call.padding, "same"),
        call.groups === 1 ? "" : `groups = ${channelsText(call.groups)}`,
      ]);
    case "transposed_conv":
      return words("transposed_conv", [
        `${call.channels}`,
        extentText(call.kernel),
        unless(call.stride, "stride"),
        paddingText(call.padding, "same"),
        call.outputPadding.some((more) => more > 0)
          ? `output_padding = ${extentText(call.outputPadding)}`
          : "",
        call.groups === 1 ? "" : `groups = ${call.groups}`,
      ]);
    case "learned":
      return words("upsample", [
        extentText(call.factor),
        "learned",
        call.kernel === undefined ? "" : `kernel = ${extentText(call.kernel)}`,
        call.channels === undefined ? "" : `channels = ${call.channels}`,
      ]);
    case "resample":
      return words("upsample", [
        extentText(call.factor),
        call.mode,
        call.alignCorners ? "align_corners = true" : "",
      ]);
    case "resample_to":
      return words(call.spelt, [
        `to = ${call.map}`,
        call.mode,
        call.alignCorners ? "align_corners = true" : "",
      ]);
    case "downsample":
      return words("downsample", [extentText(call.factor), call.mode]);
    case "pool":
      return words(call.kind, [
        extentText(call.kernel),
        call.stride === undefined ? "" : `stride = ${extentText(call.stride)}`,
        unless(call.dilation, "dilate"),
        paddingText(call.padding, "valid"),
        call.ceil ? "ceil" : "",
        call.countPadding ? "count_padding" : "",
      ]);
    case "global_pool":
      return `${call.kind}(global)`;
    case "bins":
      return `${call.kind}(bins = ${extentText(call.bins)})`;
    case "over_channels":
      return `${call.kind}(over = channels)`;
    case "dense":
      return `dense(${call.channels})`;
    case "pixel_shuffle":
    case "pixel_unshuffle":
      return words(call.word, [extentText(call.factor)]);
    case "channel_shuffle":
      return `channel_shuffle(${call.groups})`;
    case "attend":
      return words("attend", [call.key, call.value, call.heads === 1 ? "" : `heads = ${call.heads}`]);
    case "gather":
      return words("gather", [call.regions, call.mean ? "mean" : ""]);
    case "distribute":
      return `distribute(${call.gathered})`;
    case "crf":
      return words("crf", [
        call.guide,
        call.window === "all" ? "" : `window = ${extentText(call.window)}`,
        `iterations = ${call.iterations}`,
      ]);
    case "unpool":
      return `unpool(${call.pool})`;
    case "unpool_nearest":
      return `unpool(nearest, ${extentText(call.factor)})`;
    case "bed_of_nails":
      return `unpool(bed_of_nails, ${extentText(call.factor)})`;
    case "crop":
      return words("crop", sidesText(call.sides));
    case "pad":
      return words("pad", [
        ...sidesText(call.sides),
        call.mode === "zeros" ? "" : call.mode,
        call.mode === "constant" ? "value = 0.5" : "",
      ]);
    case "cellwise":
    case "over_space":
      return call.text;
  }
}

function words(name: string, given: readonly string[]): string {
  return `${name}(${given.filter((text) => text !== "").join(", ")})`;
}

function extentText([y, x]: Extent): string {
  return y === x ? `${y}` : `${y}x${x}`;
}

function unless(extent: Extent, name: string): string {
  return extent[0] === 1 && extent[1] === 1 ? "" : `${name} = ${extentText(extent)}`;
}

function paddingText(padding: WindowPadding, otherwise: "same" | "valid"): string {
  if (padding === otherwise) return "";
  if (typeof padding === "string") return `padding = ${padding}`;
  if ("top" in padding) return namedSides(padding).join(", ");
  return `padding = ${extentText(padding)}`;
}

function sidesText(sides: Sides): readonly string[] {
  const { top, bottom, left, right } = sides;
  return top === bottom && left === right ? [extentText([top, left])] : namedSides(sides);
}

function namedSides({ top, bottom, left, right }: Sides): readonly string[] {
  return [`top = ${top}`, `bottom = ${bottom}`, `left = ${left}`, `right = ${right}`];
}

function named(name: string | undefined): string {
  return name === undefined ? "" : ` as ${name}`;
}
