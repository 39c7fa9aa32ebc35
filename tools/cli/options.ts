/** Options that several commands share, and how their values are read. */
import { Option } from "commander";
import { type SolidKind, solidKinds } from "../../runtime/data/synthetic/solid.ts";
import { engineNames } from "../../runtime/engines/engines.ts";
import { defaultPixelLimit } from "../../runtime/images/pixel-limit.ts";
import { UsageError } from "./usage-error.ts";

export const networkOption = () => new Option("--network <name>", "the network, where the file has several");

export const setOption = () =>
  new Option("--set <name=value>", "give a parameter of the network a value; may be repeated")
    .argParser(collectSetting)
    .default(new Map<string, string>(), "as the program says");

export const sizeOption = () =>
  new Option("--size <HxW>", "the input's height and width in pixels, e.g. 572x572").argParser(readSize);

export const nearOption = () =>
  new Option(
    "--near <HxW>",
    "the accepted sizes next to this one, and the padding that gets there; name=HxW for one of several inputs",
  ).argParser(collectNear);

export const cellOption = () =>
  new Option("--cell <Y,X>", "the cell, counted from 0 (default: the one in the middle)").argParser(readCell);

export const engineOption = () =>
  new Option("--engine <name>", "what computes").choices(["auto", ...engineNames]).default("auto");

export const memoryOption = () =>
  new Option("--memory <size>", "what the largest batch is to fit, e.g. 8GB").argParser(readBytes);

export const maxPixelsOption = () =>
  new Option(
    "--max-pixels <n>",
    `refuse image files with more pixels (default: ${defaultPixelLimit}, 16384 x 16384)`,
  ).argParser(readCount("--max-pixels", 1));

/** "8GB", "512 MB" (decimal), "4GiB" (of 1024). @throws UsageError when it is no such size. */
export function readBytes(text: string): number {
  const [, number, prefix = "", binary] = /^([\d.]+)\s*(?:([KMGT])(i?)B?|B)$/i.exec(text.trim()) ?? [];
  const bytes =
    Number(number) * (binary ? 1024 : 1000) ** ["", "K", "M", "G", "T"].indexOf(prefix.toUpperCase());
  if (Number.isFinite(bytes) && bytes > 0) return Math.floor(bytes);
  throw new UsageError(
    `--memory ${text} is no amount of memory`,
    "write a number and a unit, e.g. --memory 8GB",
  );
}

/** @throws UsageError when it is not name=value. */
export function collectSetting(
  text: string,
  before: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(0, equals)).trim();
  const value = text.slice(equals + 1).trim();
  if (name === "" || value === "") {
    throw new UsageError(
      `--set ${text} gives no parameter a value`,
      "write --set name=value, e.g. --set width=8",
    );
  }
  return new Map([...before, [name, value]]);
}

/** @throws UsageError when it is not name=folder. */
export function collectInput(
  text: string,
  before: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> {
  const [, name, folder] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || folder === undefined) {
    throw new UsageError(
      `--input ${text} gives no input a folder`,
      "write --input name=DIR, e.g. --input depth=data/depth",
    );
  }
  return new Map([...(before ?? []), [name, folder]]);
}

/** [height, width] in pixels. @throws UsageError when it is not two whole numbers above zero. */
export function readSize(text: string): readonly [height: number, width: number] {
  return sizeOf(text, "--size");
}

function sizeOf(text: string, option: string): readonly [height: number, width: number] {
  const [, height, width] = /^(\d+)[x×](\d+)$/.exec(text.trim()) ?? [];
  if (height === undefined || width === undefined || Number(height) === 0 || Number(width) === 0) {
    throw new UsageError(
      `${option} ${text} is no size`,
      `write height x width in pixels, e.g. ${option} 572x572`,
    );
  }
  return [Number(height), Number(width)];
}

/** Sizes by input name; "" stands for the first input. @throws UsageError when it is no size. */
export function collectNear(
  text: string,
  before: ReadonlyMap<string, readonly [height: number, width: number]> | undefined,
): ReadonlyMap<string, readonly [height: number, width: number]> {
  const [, name = "", size = text] = /^(\w+)=(.*)$/.exec(text) ?? [];
  return new Map([...(before ?? []), [name, sizeOf(size, "--near")]]);
}

/** [row, column]. @throws UsageError when it is not two whole numbers. */
export function readCell(text: string): readonly [row: number, column: number] {
  const [, row, column] = /^(\d+)[,x](\d+)$/.exec(text.trim()) ?? [];
  if (row === undefined || column === undefined) {
    throw new UsageError(`--cell ${text} is no cell`, "write row,column from 0 on, e.g. --cell 12,20");
  }
  return [Number(row), Number(column)];
}

/** An option that has another name here: using it is an error that says which. */
export function namedOtherwise(flags: string, option: string): Option {
  const [name] = flags.split(" ");
  return new Option(flags).hideHelp().argParser((text: string) => {
    throw new UsageError(`there is no option ${name}`, `write ${option} ${text}`);
  });
}

/** A reader of paths: an empty one would be the working folder. */
export function readPath(option: string): (text: string) => string {
  return (text) => {
    if (text.trim() === "") throw new UsageError(`${option} is empty`, "give a name, or leave it out");
    return text;
  };
}

/** A reader of whole numbers from `least` on. */
export function readCount(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new UsageError(`${option} ${text}: give a whole number from ${least} on`);
    }
    return value;
  };
}

/** A reader of numbers above zero. */
export function readPositive(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
      throw new UsageError(`${option} ${text}: give a number above zero`);
    }
    return value;
  };
}

/** A reader of shares: 0 or more, and less than 1. */
export function readShare(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= 0 && value < 1)) {
      throw new UsageError(`${option} ${text}: give a share of at least 0 and less than 1, e.g. 0.2`);
    }
    return value;
  };
}

/** Kinds of solids, separated by commas. */
export function readKinds(text: string): readonly SolidKind[] {
  return text.split(",").map((word) => {
    const kind = solidKinds.find((known) => known === word.trim());
    if (kind === undefined) {
      throw new UsageError(
        `--classes ${text}: there is no "${word.trim()}"`,
        `choose of ${solidKinds.join(", ")}`,
      );
    }
    return kind;
  });
}
