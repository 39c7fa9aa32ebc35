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
    "rename the weights file's tensors: lines of NAME IN THE FILE -> NAME IN THE NETWORK",
  );

/** Adds `--weights`, which may be repeated. */
export function addEnsembleOption(command: Command): Command {
  const option = new Option(
    "--weights <file>",
    "weights of a training run or of another program (.safetensors); repeated, or a pattern in quotes: the predictions of several are averaged",
  ).argParser(collectFile);
  return command.addOption(option.makeOptionMandatory());
}

function collectFile(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, readPath("--weights")(text)];
}

/** Adds `--map`, `--mean`, `--std`. */
export function addWeightsOptions(command: Command): Command {
  const values = "one value, or one for each channel; NAME=… for a further input";
  return command
    .addOption(mapOption())
    .addOption(
      new Option("--mean <values>", `subtracted from the input's values of 0 to 1: ${values}`).argParser(
        collectValues("--mean", () => true),
      ),
    )
    .addOption(
      new Option("--std <values>", "divisor of the input after --mean is subtracted: as --mean").argParser(
        collectValues("--std", (value) => value > 0),
      ),
    );
}

export const classesOption = () =>
  new Option("--classes <names>", "names of the classes in the output's order: a,b,c").argParser(readClasses);

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
