/** Options that describe a weights file where it does not describe itself. */
import { type Command, Option } from "commander";
import type { SaidOfWeights } from "../../../runtime/training/assumed-metadata.ts";
import { readPath } from "../console/options.ts";
import { UsageError } from "../console/usage-error.ts";

export interface AskedWeights extends SaidOfWeights {
  /** A file that renames tensors (runtime/weights/weight-map.ts). */
  readonly map?: string | undefined;
}

export const mapOption = () =>
  new Option(
    "--map <file>",
    "rename the tensors of the weights file: lines of NAME IN FILE -> NAME IN NETWORK",
  );

/** Adds `--weights`, which may be repeated. */
export function addEnsembleOption(command: Command): Command {
  const option = new Option(
    "--weights <file>",
    "weights of a training run or of another program (.safetensors); may be repeated, or a pattern in quotes, to average the predictions of several",
  ).argParser(collectFile);
  return command.addOption(option.makeOptionMandatory());
}

function collectFile(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, readPath("--weights")(text)];
}

/** Adds `--map`, `--mean`, `--std`. */
export function addWeightsOptions(command: Command): Command {
  const values = "one value, or one per channel; NAME=… for another input";
  return command
    .addOption(mapOption())
    .addOption(
      new Option(
        "--mean <values>",
        `mean to subtract from the input, whose values are 0 to 1: ${values}`,
      ).argParser(collectValues("--mean", () => true)),
    )
    .addOption(
      new Option(
        "--std <values>",
        "standard deviation to divide by after that; values as for --mean",
      ).argParser(collectValues("--std", (value) => value > 0)),
    );
}

export const classesOption = () =>
  new Option("--classes <names>", "names of the classes in the order of the output: a,b,c").argParser(
    readClasses,
  );

type Values = ReadonlyMap<string, readonly number[]>;

function collectValues(option: string, allowed: (value: number) => boolean) {
  return (text: string, before: Values | undefined): Values => {
    const [, name = "", list = ""] = /^(?:(\w+)=)?(.*)$/s.exec(text.trim()) ?? [];
    const values = list.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (values.every((value) => Number.isFinite(value) && allowed(value)))
      return new Map([...(before ?? []), [name, values]]);
    throw new UsageError(
      `${option} ${text} is not a list of numbers${option === "--std" ? " above zero" : ""}`,
      option === "--std"
        ? "write --std 0.229,0.224,0.225 (of ImageNet), for example"
        : "write --mean 0.485,0.456,0.406 (of ImageNet), for example",
    );
  };
}

function readClasses(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.length > 1 && names.every((name) => name !== "") && new Set(names).size === names.length)
    return names;
  throw new UsageError(
    `--classes ${text} does not name two or more different classes`,
    "write --classes background,nucleus, for example",
  );
}
