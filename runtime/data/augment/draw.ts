/** Draws the random changes of one training sample: where its pixels come from, and how their values change. */
import {
  type AugmentationConfiguration,
  changeOf,
  cropOf,
} from "../../../compiler/learning/augmentations/registry.ts";
import type { Random } from "../../random.ts";
import { type Canvas, canvasOf, type GeometricMap, geometricMap } from "../canvas.ts";
import type { SizedLayer } from "../layers/layer.ts";
import {
  happens,
  isQuarter,
  type PlaceDraw,
  placeChanges,
  placedWindow,
  shareOfOddTurns,
} from "./place-changes.ts";
import { type ValueChange, valueChanges } from "./value-changes.ts";

export interface DrawnAugmentation {
  /** From the pixels of the result to the source. */
  readonly map: GeometricMap;
  /** In their order; `tone`: those that change an image which is a target too. */
  readonly values: readonly { readonly tone: boolean; readonly change: ValueChange }[];
}

export interface DrawOptions {
  /** Whether the number of rotations by 90° is to be odd; left out: free. */
  readonly oddTurns?: boolean | undefined;
  /** Of the image, for windows that show a class; left out: windows are placed without them. */
  readonly classes?: SizedLayer | undefined;
  /** Windows begin at multiples of so many pixels; left out: at any. */
  readonly step?: number;
}

type Place = Parameters<(typeof placeChanges)["crop"]>[1];
type Value = Parameters<(typeof valueChanges)["noise"]>[0];

/**
 * Changes of place are composed in their order, so that every pixel is sampled once; changes of values follow, in theirs. The result has
 * the size of the last crop, else the image's (height and width exchanged by an odd number of rotations by 90°); where the content is
 * larger or smaller than that, it is placed at random.
 * @param size of the image, [height, width] in pixels
 */
export function drawAugmentation(
  augment: readonly AugmentationConfiguration[],
  [height, width]: readonly [height: number, width: number],
  random: Random,
  { oddTurns, classes, step = 1 }: DrawOptions = {},
): DrawnAugmentation {
  let canvas = canvasOf(height, width);
  const values: { tone: boolean; change: ValueChange }[] = [];
  for (const settings of augment) {
    const change = changeOf(settings.kind);
    if (change === "place") {
      canvas = moved(canvas, settings, { random, oddTurns, classes, step });
    } else if (!("probability" in settings) || happens(settings.probability, random)) {
      // The registry says that it changes values: the table has its row.
      const draw = valueChanges[settings.kind as keyof typeof valueChanges] as (
        settings: Value,
        random: Random,
      ) => ValueChange;
      values.push({ tone: change === "tone", change: draw(settings as Value, random) });
    }
  }
  const [rows, columns] = canvas.wanted;
  if (canvas.height !== rows || canvas.width !== columns)
    canvas = placedWindow(canvas, canvas.wanted, random, step);
  return { map: geometricMap(canvas, [rows, columns]), values };
}

function moved(canvas: Canvas, settings: AugmentationConfiguration, draw: PlaceDraw): Canvas {
  // The registry says that it changes places: the table has its row.
  const move = placeChanges[settings.kind as keyof typeof placeChanges] as (
    canvas: Canvas,
    settings: Place,
    draw: PlaceDraw,
  ) => Canvas;
  return move(canvas, settings as Place, draw);
}

/**
 * The share of batches whose images are to be turned by an odd number of 90°: where height and width of the images can be exchanged, all
 * images of a batch are turned alike. `undefined`: they need not be.
 */
export function oddTurnShare(augment: readonly AugmentationConfiguration[]): number | undefined {
  const rotation = augment.findIndex((one) => one.kind === "rotate" && isQuarter(one.degrees));
  const settings = augment[rotation];
  if (settings?.kind !== "rotate") return undefined;
  const crop = augment.findLastIndex((one) => one.kind === "crop");
  const [height, width] = cropOf(augment) ?? [0, 1];
  return crop > rotation || height === width ? undefined : shareOfOddTurns(settings.probability);
}
