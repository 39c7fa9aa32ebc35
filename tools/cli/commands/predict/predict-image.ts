/** One image: predicted whole, or in tiles where that takes more memory than there is, and its files. */
import { dirname } from "node:path";
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { Graph } from "../../../../compiler/network/graph.ts";
import { coloursOfRaster } from "../../../../runtime/crf/colour-image.ts";
import { EngineFull, EngineRefusal } from "../../../../runtime/engines/engine.ts";
import { makeOutputFolder } from "../../../../runtime/files/output-place.ts";
import { imageInputs } from "../../../../runtime/fit/fit.ts";
import { describePatches } from "../../../../runtime/fit/patches.ts";
import { flipsAreExact } from "../../../../runtime/fit/relative-grid.ts";
import type { Colour, Raster } from "../../../../runtime/images/raster.ts";
import { readImage } from "../../../../runtime/images/read-image.ts";
import { readImageSize } from "../../../../runtime/images/read-image-size.ts";
import type { ImageRows } from "../../../../runtime/images/rows/image-rows.ts";
import { openRows } from "../../../../runtime/images/rows/open-rows.ts";
import { type Averaging, flippedAxes } from "../../../../runtime/prediction/averaging/averaging.ts";
import { type ImagePlan, mainFile } from "../../../../runtime/prediction/output-files.ts";
import type { Prediction } from "../../../../runtime/prediction/prediction.ts";
import type { EngineRoom } from "../../../../runtime/prediction/prediction-memory.ts";
import type { Predictor, ScalePlan } from "../../../../runtime/prediction/predictor.ts";
import type { TileInputs } from "../../../../runtime/prediction/tiles/run-tiles.ts";
import { keptOf, writeTiles } from "../../../../runtime/prediction/tiles/write-tiles.ts";
import { writePrediction } from "../../../../runtime/prediction/write-prediction.ts";
import { refinePrediction } from "../../../../runtime/refinement/refine-prediction.ts";
import type { Terminal } from "../../console/terminal.ts";
import { askedField } from "../../program/crf-options.ts";
import { imageTooLarge } from "../../program/image-too-large.ts";
import { otherFiles } from "./other-images.ts";
import type { PredictCommand } from "./predict-command.ts";
import { type AnyTiles, TileChoice } from "./tile-choice.ts";

type Reduced = NonNullable<TileInputs["reduced"]>;

export interface ImageSetting {
  readonly graph: Graph;
  readonly room: EngineRoom;
  readonly palette: readonly Colour[];
  readonly command: PredictCommand;
  readonly averaging: Averaging;
  /** Weights whose predictions are averaged. */
  readonly members: number;
  readonly terminal: Terminal;
}

/** Says once how images are divided, and how floating-point samples are taken. */
export function imagePredictor(
  predictor: Predictor,
  { graph, room, palette, command, averaging, members, terminal }: ImageSetting,
): (plan: ImagePlan) => Promise<void> {
  const flipped = flippedAxes(averaging.flips);
  const choice = new TileChoice(graph, room, { ...command, flipped });
  const field = askedField(command);
  const said = new Set<string>();
  /** @param kind notes of one kind are said of the first image alone */
  const sayOnce = (kind: string, note: string | undefined): void => {
    if (note !== undefined && !said.has(kind)) terminal.note(note);
    if (note !== undefined) said.add(kind);
  };

  /** Each size of the image, whole or in tiles. */
  const planned = async (path: string, size: PerAxis<number>): Promise<readonly ScalePlan[]> => {
    const plans: ScalePlan[] = [];
    for (const plan of predictor.plansOf({ height: size[0], width: size[1] })) {
      const tiles = await choice.of(path, plan.fit.image);
      if (tiles === undefined) sayOnce("patches", describePatches(graph, plan.fit));
      else sayOnce(tiles.kind, describeTiles(path, plan.fit.image, tiles));
      plans.push({ ...plan, tiles });
    }
    return plans;
  };

  /** @returns what was predicted where all of it is needed at once; otherwise it is written row by row */
  const predicted = async (
    { image: path, outputs }: ImagePlan,
    size: PerAxis<number>,
    opened: ImageRows[],
  ): Promise<readonly Prediction[] | undefined> => {
    const plans = await planned(path, size);
    const inputs = [
      { name: imageInputs(graph)[0].attributes.name, file: path, channels: predictor.channels },
      ...(await otherFiles(path, predictor, command.inputs)),
    ];
    const open = async () => {
      const rows = new Map<string, ImageRows>();
      for (const { name, file, channels } of inputs) {
        const one = await openRows(file, channels === 1 ? 1 : 3);
        opened.push(one);
        rows.set(name, one);
      }
      if (opened[0]?.fullScale === 1) sayOnce("samples", floatingPoint);
      return rows;
    };
    sayOnce("averaging", describeAveraging(plans, averaging, members));
    const files = outputs.flatMap((each) => (each.kind === "classes" ? [each] : []));
    const fit = predictor.placeOf({ height: size[0], width: size[1] });
    // The field looks at the whole image, and pictures of values at all of them.
    if (field !== undefined || files.length < outputs.length)
      return predictor.collected(fit, predictor.rows(fit, plans, open));
    for (const each of files) makeOutputFolder(dirname(mainFile(each)));
    const reduced: Reduced = (map, output) => keptOf(map, files[output]);
    await writeTiles(path, predictor.rows(fit, plans, open, { reduced }), { graph, fit, files, palette });
    return undefined;
  };

  return async (plan) => {
    const { image: path } = plan;
    const size = await readImageSize(path);
    const opened: ImageRows[] = [];
    let predictions: readonly Prediction[] | undefined;
    try {
      predictions = await predicted(plan, size, opened);
    } catch (error) {
      if (error instanceof EngineFull) {
        const { message, help } = await imageTooLarge(path, size, { graph, room, stopped: true });
        throw new EngineFull(message, help);
      }
      throw error instanceof EngineRefusal ? await imageTooLarge(path, size, { graph, room }) : error;
    } finally {
      for (const rows of opened) await rows.close();
    }
    if (predictions === undefined) return;
    const shown = await readImage(path);
    const colours = field && coloursOfRaster(await asSeen(path, shown, predictor.channels));
    for (const [i, prediction] of predictions.entries()) {
      const files = plan.outputs[i];
      if (files === undefined) continue;
      makeOutputFolder(dirname(mainFile(files)));
      const refined = field && colours ? refinePrediction(prediction, colours, field) : prediction;
      await writePrediction(refined, shown, palette, files);
    }
  };
}

async function asSeen(path: string, shown: Raster, channels: number): Promise<Raster> {
  return shown.channels === channels ? shown : readImage(path, channels);
}

const floatingPoint =
  "floating-point samples are used as they are; 8-bit and 16-bit samples are scaled to 0 … 1. Images must have the sample type and range that the network was trained on";

/** "each prediction is the mean of 16: 2 weights × 4 flips (put back exactly) × scales 0.75, 1 (resampled, bilinear)" */
function describeAveraging(
  plans: readonly ScalePlan[],
  { flips, scales }: Averaging,
  members: number,
): string | undefined {
  const count = members * flips.length * scales.length;
  const resized = scales.some((scale) => scale !== 1);
  if (count === 1 && !resized) return undefined;
  const exact = plans.every(({ fit }) => flipsAreExact(fit, flips));
  const how = exact
    ? "put back exactly"
    : "put back bilinearly: the output's positions are not symmetric in the input";
  const parts = [
    ...(members > 1 ? [`${members} weights`] : []),
    ...(flips.length > 1 ? [`${flips.length} flips (${how})`] : []),
    ...(resized ? [`scales ${scales.join(", ")} (resampled bilinearly)`] : []),
  ];
  return `each prediction is the mean of ${count}: ${parts.join(" × ")}`;
}

function describeTiles(path: string, size: readonly [number, number], tiles: AnyTiles): string {
  const [down, across] = tiles.axes;
  const grid = `${down.tiles.length}×${across.tiles.length} tiles of ${down.length}×${across.length} pixels`;
  const image = `${path}: ${size.join("×")} pixels are predicted`;
  return tiles.kind === "exact"
    ? `${image} in ${grid}, with the result of the whole image`
    : `${image} in ${grid} that overlap, each as an image of its own; the result is their mean with Gaussian weights, and differs from that of the whole image`;
}
