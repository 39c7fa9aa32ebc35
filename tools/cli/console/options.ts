/** Options that several commands share, and how their values are read. */
import { Option } from "commander";
import { type SolidKind, solidKinds } from "../../../runtime/data/synthetic/solid.ts";
import { engineNames } from "../../../runtime/engines/engines.ts";
import { setThreads } from "../../../runtime/engines/threads.ts";
import { defaultPixelLimit } from "../../../runtime/images/pixel-limit.ts";
import { setInterpreter } from "../../../runtime/python/interpreter.ts";
import { UsageError } from "./usage-error.ts";

export const networkOption = () => new Option("--network <name>", "network to use, if the file has several");

export const setOption = () =>
  new Option("--set <name=value>", "set a parameter of the network; may be repeated")
    .argParser(collectSetting)
    .default(new Map<string, string>(), "as in the program");

export const sizeOption = () =>
  new Option("--size <HxW>", "the input's height and width in pixels, e.g. 572x572").argParser(readSize);

export const nearOption = () =>
  new Option(
    "--near <HxW>",
    "show the nearest accepted sizes and the padding to reach them; name=HxW for one of several inputs",
  ).argParser(collectNear);

export const positionOption = () =>
  new Option(
    "--position <Y,X>",
    "row and column of the position, counted from 0 (default: the middle)",
  ).argParser(readPosition);

export const engineOption = () =>
  new Option("--engine <name>", "compute engine").choices(["auto", ...engineNames]).default("auto");

/** Of commands that PyTorch runs too. */
export const engineOrTorchOption = () =>
  new Option("--engine <name>", "compute engine").choices(["auto", ...engineNames, "torch"]).default("auto");

export const pythonOption = () =>
  new Option(
    "--python <path>",
    "Python interpreter of --engine torch (default: FCN_PYTHON, the active environment, python3)",
  ).argParser((path: string) => {
    setInterpreter(path);
    return path;
  });

/** Taken at once: engines of this process start later. */
export const threadsOption = () =>
  new Option("--threads <n>", "threads of the native engine (default: one per core)").argParser((text) => {
    const threads = readCount("--threads", 1)(text);
    setThreads(threads);
    return threads;
  });

export const memoryOption = () =>
  new Option(
    "--memory <size>",
    "memory that the largest batch must fit into, e.g. 8GB (default: what the engine can use here)",
  ).argParser(readBytes);

export const trainingMemoryOption = () =>
  new Option(
    "--memory <size>",
    "memory limit of a training step, e.g. 2GB: where it needs more, feature maps are recomputed in the backward pass",
  ).argParser(readBytes);

export const predictionMemoryOption = () =>
  new Option(
    "--memory <size>",
    "memory limit of a prediction, e.g. 2GB: images that need more are predicted in tiles (default: what the machine has)",
  ).argParser(readBytes);

export const tilesOption = () =>
  new Option(
    "--tiles <how>",
    "tiles for images that need more memory: with the same result as the whole image (exact), overlapping and averaged (blend), or none",
  )
    .choices(["exact", "blend", "none"])
    .default("exact");

export const maxPixelsOption = () =>
  new Option(
    "--max-pixels <n>",
    `refuse image files with more pixels than this (default: ${defaultPixelLimit}, 16384 x 16384)`,
  ).argParser(readCount("--max-pixels", 1));

export const dataOption = () =>
  new Option("--data <dir>", "folder of images and labels (default: from the train section)");

export const epochsOption = () =>
  new Option("--epochs <n>", "number of passes over the training images").argParser(readCount("--epochs", 1));

export const checkpointIntervalOption = () =>
  new Option(
    "--checkpoint-every <minutes>",
    "time between checkpoints within an epoch (default: 10); each epoch also ends with one",
  ).argParser(readPositive("--checkpoint-every"));

/** "8GB", "512 MB" (decimal), "4GiB" (of 1024). @throws UsageError when it is no such size. */
export function readBytes(text: string): number {
  const [, number, prefix = "", binary] = /^([\d.]+)\s*(?:([KMGT])(i?)B?|B)$/i.exec(text.trim()) ?? [];
  const bytes =
    Number(number) * (binary ? 1024 : 1000) ** ["", "K", "M", "G", "T"].indexOf(prefix.toUpperCase());
  if (Number.isFinite(bytes) && bytes > 0) return Math.floor(bytes);
  throw new UsageError(
    `--memory ${text} is not an amount of memory`,
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
      `--set ${text} does not have the form name=value`,
      "write, for example, --set width=8",
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
      `--input ${text} does not have the form name=DIR`,
      "write, for example, --input depth=data/depth",
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
      `${option} ${text} is not a size`,
      `write height x width in pixels, for example ${option} 572x572`,
    );
  }
  if (Math.max(Number(height), Number(width)) > Number.MAX_SAFE_INTEGER)
    throw new UsageError(
      `${option} ${text} is larger than can be computed`,
      "give at most 2^53 − 1 pixels along each side",
    );
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
export function readPosition(text: string): readonly [row: number, column: number] {
  const [, row, column] = /^(\d+)[,x](\d+)$/.exec(text.trim()) ?? [];
  if (row === undefined || column === undefined) {
    throw new UsageError(
      `--position ${text} is not a position`,
      "write row,column counted from 0, for example --position 12,20",
    );
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
    if (/^\d+$/.test(text) && value > Number.MAX_SAFE_INTEGER)
      throw new UsageError(`${option} ${text}: expected a whole number of at most 2^53 − 1`);
    if (!/^\d+$/.test(text) || value < least) {
      throw new UsageError(`${option} ${text}: expected a whole number of at least ${least}`);
    }
    return value;
  };
}

/** A reader of numbers above zero. */
export function readPositive(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
      throw new UsageError(`${option} ${text}: expected a number above 0`);
    }
    return value;
  };
}

/** A reader of shares: 0 or more, and less than 1. */
export function readShare(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= 0 && value < 1)) {
      throw new UsageError(
        `${option} ${text}: expected a fraction of at least 0 and less than 1, for example 0.2`,
      );
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
        `choose from ${solidKinds.join(", ")}`,
      );
    }
    return kind;
  });
}
