/** `targets labels = labels, depth = depth("depth/*.png", unit = 0.001, missing = 0, log), normals = normals("normals/*.png")`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import { byOutput, type Said } from "./by-output.ts";
import { type Form, readArguments, readFlag, readForm } from "./form.ts";
import { patternParameters, readPatterns } from "./read-patterns.ts";
import type { TargetConfiguration, TargetKind } from "./target-configuration.ts";
import { type NumberRange, ranges, type TrainReader } from "./train-reader.ts";

const kinds = [
  "labels",
  "boundaries",
  "depth",
  "normals",
  "image",
  "chroma",
  "colour_bins",
] as const satisfies readonly TargetKind[];
const example = 'targets labels = labels, depth = depth("depth/*.png", unit = 0.001)';

const level: NumberRange = {
  wanted: "a pixel value, a whole number from 0 to 65535",
  allows: (value) => Number.isInteger(value) && value >= 0 && value <= 65535,
};

/** By output; a phrase without a name applies to every output without its own. */
export function readTargets(
  entry: TrainEntry,
  reader: TrainReader,
): ReadonlyMap<string, Said<TargetConfiguration>> {
  return byOutput(entry, "target", example, reader, (term) => {
    const form = readForm(term, "target", kinds, reader);
    return form && readTarget(form, reader);
  });
}

function readTarget(form: Form<TargetKind>, reader: TrainReader): TargetConfiguration | undefined {
  switch (form.name) {
    case "labels":
    case "chroma":
      readArguments(form, [], reader);
      return { kind: form.name };
    case "boundaries":
    case "image": {
      const from = readPatterns(form, readArguments(form, patternParameters, reader), reader);
      return from === "wrong" ? undefined : { kind: form.name, from };
    }
    case "normals": {
      const from = requiredPatterns(form, readArguments(form, patternParameters, reader), reader);
      return from && { kind: "normals", from };
    }
    case "depth":
      return readDepth(form, reader);
    case "colour_bins":
      return readColourBins(form, reader);
  }
}

function readDepth(form: Form, reader: TrainReader): TargetConfiguration | undefined {
  const parameters = [
    ...patternParameters,
    { name: "unit" },
    { name: "missing" },
    { name: "log", flag: true },
  ];
  const given = readArguments(form, parameters, reader);
  const from = requiredPatterns(form, given, reader);
  const unit = given.get("unit");
  const missing = given.get("missing");
  const factor = unit === undefined ? 1 : reader.number(unit, "the unit of depth", ranges.positive);
  const none = missing?.kind === "reference" && missing.name.text === "none";
  const value = missing === undefined ? 0 : none ? undefined : reader.number(missing, "missing", level);
  const log = readFlag(given.get("log"), "log", reader);
  if (from === undefined || factor === undefined) return undefined;
  return { kind: "depth", from, unit: factor, missing: value, log };
}

/** Temperature of the annealed mean, 0.38 in Zhang, Isola & Efros 2016 (section 2.3). */
const usualTemperature = 0.38;

function readColourBins(form: Form, reader: TrainReader): TargetConfiguration {
  const given = readArguments(form, [{ name: "temperature" }], reader).get("temperature");
  const temperature = given && reader.number(given, "the temperature of colour_bins", ranges.positiveFactor);
  return { kind: "colour_bins", temperature: temperature ?? usualTemperature };
}

function requiredPatterns(form: Form, given: ReadonlyMap<string, Expression>, reader: TrainReader) {
  const from = readPatterns(form, given, reader);
  if (from === "wrong") return undefined;
  if (from !== undefined) return from;
  const facts = {
    owner: form.name,
    parameter: "files",
    summary: `the pattern of its files, such as "${form.name}/*.png"`,
  };
  return reader.report("names/argument-needed", facts, form.span);
}
