/** A program written as source text, one statement a line. */
import type { Call, Dimension, Extent, Place, Program, Sides, Statement, WindowPadding } from "./program.ts";

export interface SourceText {
  readonly text: string;
  /** The line on which each statement begins, from 1. */
  readonly lineOf: ReadonlyMap<Place, number>;
}

export function sourceText(program: Program): SourceText {
  const lines: string[] = ["network N {"];
  const lineOf = new Map<Place, number>();
  const write = (indent: number, text: string): void => {
    lines.push(`${"  ".repeat(indent)}${text}`);
  };
  const begin = (place: Place, indent: number, text: string): void => {
    lineOf.set(place, lines.length + 1);
    write(indent, text);
  };
  const body = (statements: readonly Statement[], indent: number): void => {
    for (const statement of statements) one(statement, indent);
  };
  const one = (statement: Statement, indent: number): void => {
    begin(statement, indent, headText(statement));
    if (statement.kind === "side") {
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
  const [height, width] = program.size;
  begin("input", 1, `input image [${program.channels}, ${dimensionText(height)}, ${dimensionText(width)}]`);
  body(program.body, 1);
  begin("output", 1, `output labels${program.activation === undefined ? "" : ` by ${program.activation}`}`);
  lines.push("}", "");
  return { text: lines.join("\n"), lineOf };
}

/** Its line; of one with a body, the line that opens it. */
function headText(statement: Statement): string {
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
      return `skip ${statement.map} by ${statement.join}${crop}${end}`;
    }
  }
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
        `${call.channels}`,
        extentText(call.kernel),
        unless(call.stride, "stride"),
        unless(call.dilation, "dilate"),
        paddingText(call.padding, "same"),
        call.groups === 1 ? "" : `groups = ${call.groups}`,
      ]);
    case "transposed_conv":
      return words("transposed_conv", [
        `${call.channels}`,
        extentText(call.kernel),
        unless(call.stride, "stride"),
        paddingText(call.padding, "same"),
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
      return words("upsample", [
        `to = ${call.map}`,
        call.mode,
        call.alignCorners ? "align_corners = true" : "",
      ]);
    case "pool":
      return words(call.kind, [
        extentText(call.kernel),
        call.stride === undefined ? "" : `stride = ${extentText(call.stride)}`,
        unless(call.dilation, "dilate"),
        paddingText(call.padding, "valid"),
        call.ceil ? "ceil" : "",
      ]);
    case "global_pool":
      return `${call.kind}(global)`;
    case "unpool":
      return `unpool(${call.pool})`;
    case "unpool_nearest":
      return `unpool(nearest, ${extentText(call.factor)})`;
    case "bed_of_nails":
      return `unpool(bed_of_nails, ${extentText(call.factor)})`;
    case "crop":
      return words("crop", sidesText(call.sides));
    case "pad":
      return words("pad", [...sidesText(call.sides), call.mode === "zeros" ? "" : call.mode]);
    case "cellwise":
      return call.name;
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
  return `padding = ${typeof padding === "string" ? padding : extentText(padding)}`;
}

function sidesText({ top, bottom, left, right }: Sides): readonly string[] {
  if (top === bottom && left === right) return [extentText([top, left])];
  return [`top = ${top}`, `bottom = ${bottom}`, `left = ${left}`, `right = ${right}`];
}

function named(name: string | undefined): string {
  return name === undefined ? "" : ` as ${name}`;
}
