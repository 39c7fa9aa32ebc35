/** `augment.py`: the augmentations of the train section, and the calls that draw them. */
import {
  type AugmentationConfiguration,
  type AugmentationName,
  type AugmentationOf,
  cropOf,
} from "../../../../learning/augmentations/registry.ts";
import { call, imports, python, type Value, withNeeds } from "../python-text.ts";
import { drawText } from "./draw-text.ts";
import { jpegTexts } from "./jpeg-text.ts";
import { placeTexts } from "./place-texts.ts";
import { valueTexts } from "./value-texts.ts";

const texts = { ...placeTexts, ...valueTexts, ...jpegTexts };
type TextName = keyof typeof texts;

const needs: { readonly [N in TextName]?: readonly TextName[] } = {
  perspective: ["warped"],
  elastic: ["warped"],
  gamma: ["range_of"],
  jpeg: ["range_of"],
};

interface Drawn {
  readonly name: TextName;
  readonly given: readonly Value[];
  readonly named?: Readonly<Record<string, Value>>;
}

/** The function and its arguments after the draw. */
const rows: { readonly [N in AugmentationName]: (settings: AugmentationOf<N>) => Drawn } = {
  flip: ({ probability }) => ({ name: "flip", given: [probability] }),
  flip_vertical: ({ probability }) => ({ name: "flip_vertical", given: [probability] }),
  rotate: ({ degrees, probability }) =>
    isQuarter(degrees)
      ? { name: "quarter_turns", given: [probability] }
      : { name: "rotate", given: [degrees], named: usual(probability) },
  scale: ({ factors, probability }) => ({ name: "scale", given: [factors], named: usual(probability) }),
  shift: ({ most, probability }) => ({ name: "shift", given: [most], named: usual(probability) }),
  shear: ({ degrees, probability }) => ({ name: "shear", given: [degrees], named: usual(probability) }),
  perspective: ({ distortion, probability }) => ({
    name: "perspective",
    given: [distortion],
    named: usual(probability),
  }),
  elastic: ({ deviation, grid, probability }) => ({
    name: "elastic",
    given: [deviation],
    named: { grid, ...usual(probability) },
  }),
  crop: ({ size, rare }) =>
    rare === undefined
      ? { name: "crop", given: [size] }
      : { name: "class_crop", given: [size], named: { rare } },
  brightness: ({ change, probability }) => ({
    name: "brightness",
    given: [change],
    named: usual(probability),
  }),
  contrast: ({ change, probability }) => ({ name: "contrast", given: [change], named: usual(probability) }),
  gamma: ({ powers, probability }) => ({ name: "gamma", given: [powers], named: usual(probability) }),
  hue: ({ degrees, probability }) => ({ name: "hue", given: [degrees], named: usual(probability) }),
  saturation: ({ change, probability }) => ({
    name: "saturation",
    given: [change],
    named: usual(probability),
  }),
  blur: ({ deviations, probability }) => ({ name: "blur", given: [deviations], named: usual(probability) }),
  noise: ({ deviation, probability }) => ({ name: "noise", given: [deviation], named: usual(probability) }),
  jpeg: ({ qualities, probability }) => ({ name: "jpeg", given: [qualities], named: usual(probability) }),
  cutout: ({ size, count, probability }) => ({
    name: "cutout",
    given: [size],
    named: { count: count === 1 ? undefined : count, ...usual(probability) },
  }),
};

function usual(probability: number): Readonly<Record<string, Value>> {
  return probability === 1 ? {} : { probability };
}

function drawnOf(settings: AugmentationConfiguration): Drawn {
  const row = rows[settings.kind] as (given: AugmentationConfiguration) => Drawn; // a row is given only its own settings
  return row(settings);
}

/** "changes.flip(draw, 0.5)" */
export function augmentCalls(augment: readonly AugmentationConfiguration[]): readonly string[] {
  return augment.map(drawnOf).map(({ name, given, named }) => {
    const { text } = call(`changes.${name}`, given, named);
    return text.replace("(", given.length === 0 ? "(draw" : "(draw, ");
  });
}

export function augmentFile(augment: readonly AugmentationConfiguration[]): string {
  const names = withNeeds(
    augment.map((settings) => drawnOf(settings).name),
    (name) => needs[name] ?? [],
    Object.keys(texts) as TextName[],
  );
  const pieces = [drawText, ...names.map((name) => texts[name])].join("\n\n");
  const body = `Array = npt.NDArray[Any]\n\n\n${pieces}`;
  const typing = imports(body, [["typing", "Any", "Callable", "List", "NamedTuple", "Optional", "Tuple"]]);
  const own = imports(body, [
    [".canvas", "Canvas", "Linear", "mirrored", "nearest"],
    [".random_numbers", "PixelNoise", "Random"],
  ]);
  return `"""Random changes of training images."""

from __future__ import annotations

import math
${typing}
import numpy as np
import numpy.typing as npt

${own}
${body}`;
}

/**
 * The share of batches whose images are turned by an odd number of 90°, where that exchanges their height and width (runtime/data/augment/draw.ts);
 * `undefined`: images of a batch are turned one by one.
 */
export function oddTurns(augment: readonly AugmentationConfiguration[]): number | undefined {
  const at = augment.findIndex((one) => one.kind === "rotate" && isQuarter(one.degrees));
  const settings = augment[at];
  if (settings?.kind !== "rotate") return undefined;
  const crop = augment.findLastIndex((one) => one.kind === "crop");
  const [height, width] = cropOf(augment) ?? [0, 1];
  return crop > at || height === width ? undefined : settings.probability / 2;
}

export function cropText(augment: readonly AugmentationConfiguration[]): string {
  return python(cropOf(augment));
}

function isQuarter(degrees: number): boolean {
  return degrees === 90 || degrees === 180;
}
