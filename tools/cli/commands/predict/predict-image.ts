/** One image: predicted whole, or in tiles where that takes more memory than there is, and its files. */
import { dirname } from "node:path";
import type { Graph } from "../../../../compiler/network/graph.ts";
import { coloursOfRaster } from "../../../../runtime/crf/colour-image.ts";
import { EngineFull, EngineRefusal } from "../../../../runtime/engines/engine.ts";
import { makeOutputFolder } from "../../../../runtime/files/output-place.ts";
import { imageInputs } from "../../../../runtime/fit/fit.ts";
import { describePatches } from "../../../../runtime/fit/patches.ts";
import type { Colour, Raster } from "../../../../runtime/images/raster.ts";
import { readImage } from "../../../../runtime/images/read-image.ts";
import { readImageSize } from "../../../../runtime/images/read-image-size.ts";
import type { ImageRows } from "../../../../runtime/images/rows/image-rows.ts";
import { openRows } from "../../../../runtime/images/rows/open-rows.ts";
import { type ImagePlan, mainFile } from "../../../../runtime/prediction/output-files.ts";
import type { Prediction } from "../../../../runtime/prediction/prediction.ts";
import type { EngineRoom } from "../../../../runtime/prediction/prediction-memory.ts";
import type { Predictor } from "../../../../runtime/prediction/predictor.ts";
import { keptOf, writeTiles } from "../../../../runtime/prediction/tiles/write-tiles.ts";
import { writePrediction } from "../../../../runtime/prediction/write-prediction.ts";
import { refinePrediction } from "../../../../runtime/refinement/refine-prediction.ts";
import type { Terminal } from "../../console/terminal.ts";
import { askedField } from "../../program/crf-options.ts";
import { imageTooLarge } from "../../program/image-too-large.ts";
import { otherFiles } from "./other-images.ts";
import type { PredictCommand } from "./predict-command.ts";
import { type AnyTiles, TileChoice } from "./tile-choice.ts";

export interface ImageSetting {
  readonly graph: Graph;
  readonly room: EngineRoom;
  readonly palette: readonly Colour[];
  readonly command: PredictCommand;
  readonly terminal: Terminal;
}

/** Says once how images are divided, and how floating-point samples are taken. */
export function imagePredictor(
  predictor: Predictor,
  { graph, room, palette, command, terminal }: ImageSetting,
): (plan: ImagePlan) => Promise<void> {
  const choice = new TileChoice(graph, room, command);
  const field = askedField(command);
  const said = new Set<string>();
  /** @param kind notes of one kind are said of the first image alone */
  const sayOnce = (kind: string, note: string | undefined): void => {
    if (note !== undefined && !said.has(kind)) terminal.note(note);
    if (note !== undefined) said.add(kind);
  };

  const whole = async ({ image: path }: ImagePlan): Promise<readonly [Raster, readonly Prediction[]]> => {
    const shown = await readImage(path);
    const seen = shown.channels === predictor.channels ? shown : await readImage(path, predictor.channels);
    if (shown.fullScale === 1) sayOnce("samples", floatingPoint);
    sayOnce("patches", describePatches(graph, predictor.placeOf(seen)));
    const others = new Map<string, Raster>();
    for (const { name, file, channels } of await otherFiles(path, predictor, command.inputs))
      others.set(name, await readImage(file, channels));
    const size = [seen.height, seen.width] as const;
    try {
      return [shown, await predictor.predict(seen, others)];
    } catch (error) {
      if (error instanceof EngineFull) {
        const { message, help } = await imageTooLarge(path, size, { graph, room, stopped: true });
        throw new EngineFull(message, help);
      }
      throw error instanceof EngineRefusal ? await imageTooLarge(path, size, { graph, room }) : error;
    }
  };

  const inTiles = async (plan: ImagePlan, tiles: AnyTiles): Promise<readonly Prediction[] | undefined> => {
    const { image: path } = plan;
    const [first, ...others] = [
      { name: imageInputs(graph)[0].attributes.name, file: path, channels: predictor.channels },
      ...(await otherFiles(path, predictor, command.inputs)),
    ];
    if (first === undefined) throw new Error("a network has an input");
    const opened = new Map<string, ImageRows>();
    try {
      for (const { name, file, channels } of [first, ...others])
        opened.set(name, await openRows(file, channels === 1 ? 1 : 3));
      if (opened.get(first.name)?.fullScale === 1) sayOnce("samples", floatingPoint);
      const files = plan.outputs.flatMap((each) => (each.kind === "classes" ? [each] : []));
      // The field looks at the whole image, and pictures of values at all of them.
      if (field !== undefined || files.length < plan.outputs.length)
        return await predictor.predictTiles(tiles, opened);
      for (const each of files) makeOutputFolder(dirname(mainFile(each)));
      const rows = predictor.tileRows(tiles, opened, {
        reduced: (map, output) => keptOf(map, files[output]),
      });
      await writeTiles(path, rows, { graph, fit: tiles.fit, files, palette });
      return undefined;
    } finally {
      for (const rows of opened.values()) await rows.close();
    }
  };

  return async (plan) => {
    const { image: path } = plan;
    const size = await readImageSize(path);
    const tiles = await choice.of(path, size);
    let shown: Raster;
    let predictions: readonly Prediction[];
    if (tiles === undefined) [shown, predictions] = await whole(plan);
    else {
      sayOnce(tiles.kind, describeTiles(path, size, tiles));
      const made = await inTiles(plan, tiles);
      if (made === undefined) return;
      [shown, predictions] = [await readImage(path), made];
    }
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

function describeTiles(path: string, size: readonly [number, number], tiles: AnyTiles): string {
  const [down, across] = tiles.axes;
  const grid = `${down.tiles.length}×${across.tiles.length} tiles of ${down.length}×${across.length} pixels`;
  const image = `${path}: ${size.join("×")} pixels are predicted`;
  return tiles.kind === "exact"
    ? `${image} in ${grid}, with the result of the whole image`
    : `${image} in ${grid} that overlap, each as an image of its own; the result is their mean with Gaussian weights, and differs from that of the whole image`;
}
