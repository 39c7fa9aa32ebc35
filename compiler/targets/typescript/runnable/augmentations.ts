/** What the programs take of the augmentations of a train section: a line of `augmented` for each, and the functions it calls. */
import type {
  AugmentationConfiguration,
  AugmentationName,
  AugmentationOf,
} from "../../../learning/augmentations/registry.ts";
import { type ChangeName, changeTexts } from "./augmentation-texts.ts";

/** In a page of code each; the others are refused. */
type Provided = Exclude<AugmentationName, "perspective" | "jpeg">;

interface Written {
  readonly code: string;
  readonly needs: readonly ChangeName[];
}

export const cropLine = "view = cropped(view, size, random);";

const between = ([least, most]: readonly [number, number]): string =>
  least === most ? String(least) : `between(random, ${least}, ${most})`;

const factor = (change: number): string => `between(random, ${1 - change}, ${1 + change})`;

const written: {
  readonly [N in Provided]: (settings: AugmentationOf<N>) => Written;
} = {
  flip: () => ({ code: "view = flipped(view);", needs: ["flipped"] }),
  flip_vertical: () => ({ code: "view = flippedVertically(view);", needs: ["flippedVertically"] }),
  rotate: ({ degrees }) =>
    degrees === 90 || degrees === 180
      ? { code: "view = quarterTurned(view, size, random);", needs: ["quarterTurned"] }
      : { code: `view = rotated(view, ${between([-degrees, degrees])});`, needs: ["rotated", "between"] },
  scale: ({ factors }) => ({
    code: `view = scaled(view, ${between(factors)});`,
    needs: ["scaled", "between"],
  }),
  shift: ({ most: [down, right] }) => ({
    code: `view = shifted(view, whole(random, ${-down}, ${down}), whole(random, ${-right}, ${right}));`,
    needs: ["shifted", "whole"],
  }),
  shear: ({ degrees }) => ({
    code: `view = sheared(view, random() < 0.5 ? "columns" : "rows", ${between([-degrees, degrees])});`,
    needs: ["sheared", "between"],
  }),
  elastic: ({ deviation, grid }) => ({
    code: `view = elastic(view, { deviation: ${deviation}, grid: ${grid} }, random);`,
    needs: ["elastic", "normal"],
  }),
  crop: () => ({ code: cropLine, needs: [] }),
  brightness: ({ change }) => ({
    code: `change(values, ${factor(change)}, (value, factor) => value * factor);`,
    needs: ["change", "between"],
  }),
  contrast: ({ change }) => ({
    code: `contrast(values, ${factor(change)});`,
    needs: ["contrast", "change", "between"],
  }),
  gamma: ({ powers: [least, most] }) => ({
    code: `change(values, Math.exp(between(random, Math.log(${least}), Math.log(${most}))), (value, power) => value ** power);`,
    needs: ["change", "between"],
  }),
  hue: ({ degrees }) => ({
    code: `turnHues(values, ${between([-degrees, degrees])});`,
    needs: ["turnHues", "between"],
  }),
  saturation: ({ change }) => ({
    code: `saturate(values, ${factor(change)});`,
    needs: ["saturate", "change", "between"],
  }),
  blur: ({ deviations }) => ({
    code: `values = blurred(values, size, ${between(deviations)});`,
    needs: ["blurred", "between"],
  }),
  noise: ({ deviation }) => ({
    code: `addNoise(values, between(random, 0, ${deviation}), random);`,
    needs: ["addNoise", "normal", "between"],
  }),
  cutout: ({ size, count }) => ({
    code: `cutOut(values, size, { rectangle: [${size.join(", ")}], count: ${count} }, random);`,
    needs: ["cutOut"],
  }),
};

export function isProvided(augmentation: AugmentationConfiguration): boolean {
  return augmentation.kind in written && !(augmentation.kind === "crop" && augmentation.rare !== undefined);
}

/** Of an augmentation without one: 1. */
function probabilityOf(augmentation: AugmentationConfiguration): number {
  return "probability" in augmentation && typeof augmentation.probability === "number"
    ? augmentation.probability
    : 1;
}

/** The height and width of the program's crops: as large as images allow without one. */
export function cropCode(augment: readonly AugmentationConfiguration[]): string {
  const crop = augment.findLast((one) => one.kind === "crop");
  return crop === undefined ? "[Infinity, Infinity]" : `[${crop.size.join(", ")}]`;
}

export interface AugmentationCode {
  /** Of places, then of values, in the order of the train section. */
  readonly places: readonly string[];
  readonly values: readonly string[];
  readonly functions: readonly string[];
}

/** @param channels of the image: one of one channel has no hue and no saturation */
export function augmentationCode(
  augment: readonly AugmentationConfiguration[],
  channels: number,
): AugmentationCode {
  const needs = new Set<ChangeName>();
  const lineOf = (augmentation: AugmentationConfiguration): string => {
    const write = written[augmentation.kind as Provided] as (settings: unknown) => Written; // each of its own settings
    const { code, needs: needed } = write(augmentation);
    for (const name of needed) needs.add(name);
    const probability = probabilityOf(augmentation);
    return probability === 1 ? code : `if (random() < ${probability}) ${code}`;
  };
  const isPlace = ({ kind }: AugmentationConfiguration) => kind in places;
  const isColour = ({ kind }: AugmentationConfiguration) => kind === "hue" || kind === "saturation";
  const some = augment.filter((one) => isProvided(one) && (channels === 3 || !isColour(one)));
  return {
    places: some.filter(isPlace).map(lineOf),
    values: some.filter((one) => !isPlace(one)).map(lineOf),
    functions: (Object.keys(changeTexts) as ChangeName[])
      .filter((name) => needs.has(name))
      .map((name) => changeTexts[name]),
  };
}

const places: Readonly<Partial<Record<AugmentationName, true>>> = {
  flip: true,
  flip_vertical: true,
  rotate: true,
  scale: true,
  shift: true,
  shear: true,
  elastic: true,
  crop: true,
};
