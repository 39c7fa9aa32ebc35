/** One image: predicted whole, or in tiles where that takes more memory than there is, and its files. */
import { dirname } from "node:path";
import type { PerAxis } from "../../../../compiler/axis.ts";
import type { Graph } from "../../../../compiler/network/graph.ts";
import { coloursOfRaster } from "../../../../runtime/crf/colour-image.ts";
import { EngineFull, EngineRefusal } from "../../../../runtime/engines/engine.ts";
import { makeOutputFolder } from "../../../../runtime/files/output-place.ts";
import { describePatches } from "../../../../runtime/fit/patches.ts";
import { flipsAreExact } from "../../../../runtime/fit/relative-grid.ts";
import { eightBits } from "../../../../runtime/images/eight-bits.ts";
import type { Raster } from "../../../../runtime/images/raster.ts";
import { readImage } from "../../../../runtime/images/read-image.ts";
import { readImageSize } from "../../../../runtime/images/read-image-size.ts";
import type { ImageRows } from "../../../../runtime/images/rows/image-rows.ts";
import { openRows } from "../../../../runtime/images/rows/open-rows.ts";
import {
  type Averaging,
  flippedAxes,
  predictionsOf,
} from "../../../../runtime/prediction/averaging/averaging.ts";
import { type ImagePlan, mainFile } from "../../../../runtime/prediction/output/output-files.ts";
import { allSinks, type Sinks } from "../../../../runtime/prediction/output/sinks.ts";
import { writeClasses } from "../../../../runtime/prediction/output/write-classes.ts";
import { type ObjectsRequest, writeObjects } from "../../../../runtime/prediction/output/write-objects.ts";
import { writePicture } from "../../../../runtime/prediction/output/write-picture.ts";
import {
  finished,
  keptOf,
  writeLabels,
  writeRows,
  writeValues,
} from "../../../../runtime/prediction/output/write-rows.ts";
import type { Prediction } from "../../../../runtime/prediction/prediction.ts";
import type { EngineRoom } from "../../../../runtime/prediction/prediction-memory.ts";
import type { Predictor, ScalePlan } from "../../../../runtime/prediction/predictor.ts";
import type { TileInputs } from "../../../../runtime/prediction/tiles/run-tiles.ts";
import { refinePrediction } from "../../../../runtime/refinement/refine-prediction.ts";
import { counted } from "../../console/numbers.ts";
import type { Terminal } from "../../console/terminal.ts";
import { askedField } from "../../program/crf-options.ts";
import { checkValues, imageTooLarge } from "../../program/image-too-large.ts";
import { otherFiles } from "./other-images.ts";
import type { PredictCommand } from "./predict-command.ts";
import type { PredictionDisplay } from "./prediction-display.ts";
import type { GalleryEntry, SharedOutputs } from "./shared-outputs.ts";
import { type AnyTiles, TileChoice } from "./tile-choice.ts";

type Reduced = NonNullable<TileInputs["reduced"]>;

export interface ImageSetting {
  readonly graph: Graph;
  readonly room: EngineRoom;
  readonly command: PredictCommand;
  readonly averaging: Averaging;
  /** Inputs that are given the image itself, as those of training are. */
  readonly copies: ReadonlySet<string>;
  /** Weights whose predictions are averaged. */
  readonly members: number;
  readonly shared: SharedOutputs;
  readonly display: PredictionDisplay;
  readonly terminal: Terminal;
}

/** Says once how images are divided, and how floating-point samples are taken. */
export function imagePredictor(
  predictor: Predictor,
  { graph, room, command, averaging, copies, members, shared, display, terminal }: ImageSetting,
): (plan: ImagePlan) => Promise<void> {
  const flipped = flippedAxes(averaging.flips);
  const dropout = averaging.passes !== undefined;
  const choice = new TileChoice(graph, room, { ...command, flipped, dropout });
  const field = askedField(command);
  const entropy = averaging.entropy === true;
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
      else sayOnce(tiles.kind, describeTiles(path, plan.fit.image, tiles, dropout));
      plans.push({ ...plan, tiles });
    }
    return plans;
  };

  /** @returns what was predicted where all of it is needed at once; otherwise it is written row by row */
  const predicted = async (
    plan: ImagePlan,
    size: PerAxis<number>,
    { opened, card }: { readonly opened: ImageRows[]; readonly card: GalleryEntry | undefined },
  ): Promise<readonly Prediction[] | undefined> => {
    const { image: path, outputs } = plan;
    const plans = await planned(path, size);
    const inputs = [
      { ...predictor.input, file: path },
      ...(await otherFiles(path, predictor, command.inputs)),
      ...predictor.otherInputs
        .filter(({ name }) => copies.has(name) && command.inputs?.has(name) !== true)
        .map((input) => ({ ...input, file: path })),
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
    if (entropy) sayOnce("uncertainty", uncertaintyScale);
    const fit = predictor.placeOf({ height: size[0], width: size[1] });
    display.begin(tilesIn(plans));
    const { ran } = display;
    // The field looks at the whole image, and pictures of values at all of them.
    if (field !== undefined || outputs.some(({ kind }) => kind !== "classes")) {
      checkValues(path, graph, fit, command.memory);
      return predictor.collected(fit, predictor.rows(fit, plans, open, { ran }));
    }
    const sinks = await sinksOf(plan, size, card);
    const reduced: Reduced = (map, output) => keptOf(map, sinks[output], entropy);
    const rows = predictor.rows(fit, plans, open, { reduced, ran });
    await writeRows(path, rows, { graph, fit, sinks, entropy });
    return undefined;
  };

  /** By output. What is open is discarded where the next cannot be opened. */
  const sinksOf = async (
    plan: ImagePlan,
    [height, width]: PerAxis<number>,
    card: GalleryEntry | undefined,
  ): Promise<readonly (Sinks | undefined)[]> => {
    const made: (Sinks | undefined)[] = [];
    try {
      for (const [output, files] of plan.outputs.entries()) {
        makeOutputFolder(dirname(mainFile(files)));
        made.push(
          files.kind !== "classes" ? undefined : await shared.sinks(plan, output, { height, width }, card),
        );
      }
      return made;
    } catch (error) {
      for (const sink of made.flatMap((each) => (each === undefined ? [] : allSinks(each))))
        await sink.discard();
      throw error;
    }
  };

  /** What was predicted of a whole image. */
  const write = async (
    plan: ImagePlan,
    predictions: readonly Prediction[],
    size: PerAxis<number>,
    card: GalleryEntry | undefined,
  ): Promise<void> => {
    const { image: path } = plan;
    const shown = await readImage(path);
    const colours = field && coloursOfRaster(await asSeen(path, shown, predictor.channels));
    const sinks = await sinksOf(plan, size, card);
    const known = sinks.flatMap((each) => each ?? []);
    await finished(known, async () => {
      let background: ObjectsRequest["background"];
      for (const [i, prediction] of predictions.entries()) {
        const [files, own] = [plan.outputs[i], sinks[i]];
        if (prediction.kind === "map" && files?.kind === "table") {
          await writeClasses(prediction, files);
          continue;
        }
        if (prediction.kind === "map") {
          if (files?.kind !== "picture") throw new Error(`${prediction.output} is no picture`);
          const picture = await writePicture(prediction, shown, files, shared.stacks);
          const several = predictions.length > 1 ? prediction.output : undefined;
          if (card !== undefined) await shared.gallery?.addPicture(card.views, several, picture, shown);
          continue;
        }
        if (own === undefined) throw new Error(`nothing takes ${prediction.output}`);
        const refined = field && colours ? refinePrediction(prediction, colours, field) : prediction;
        if (refined.kind === "map") throw new Error(`${prediction.output} is an output of classes`);
        const { data, shape } = refined.labels;
        if (shared.background !== undefined)
          background ??= { labels: refined.labels, label: shared.background };
        await writeLabels(own.labels, { data, width: shape[2] }, eightBits(shown));
        if (own.values.length > 0) await writeValues(own.values, refined.values(), entropy);
      }
      await writeObjects({
        image: shared.fileOf(plan),
        predictions,
        files: plan.outputs,
        background,
        stacks: shared.stacks,
      });
    });
  };

  return async (plan) => {
    const { image: path } = plan;
    const size = await readImageSize(path);
    const opened: ImageRows[] = [];
    const card = shared.card(plan);
    let predictions: readonly Prediction[] | undefined;
    try {
      predictions = await predicted(plan, size, { opened, card });
    } catch (error) {
      if (error instanceof EngineFull) {
        const { message, help } = await imageTooLarge(path, size, { graph, room, stopped: true });
        throw new EngineFull(message, help);
      }
      throw error instanceof EngineRefusal ? await imageTooLarge(path, size, { graph, room }) : error;
    } finally {
      for (const rows of opened) await rows.close();
    }
    if (predictions !== undefined) await write(plan, predictions, size, card);
    card?.done();
  };
}

function tilesIn(plans: readonly ScalePlan[]): number {
  return plans.reduce(
    (sum, { tiles }) =>
      sum + (tiles === undefined ? 1 : tiles.axes[0].tiles.length * tiles.axes[1].tiles.length),
    0,
  );
}

async function asSeen(path: string, shown: Raster, channels: number): Promise<Raster> {
  return shown.channels === channels ? shown : readImage(path, channels);
}

const floatingPoint =
  "floating-point samples are used as they are, 8-bit and 16-bit samples are scaled to 0 … 1; images must have the sample type and range that the network was trained on";

/** "each prediction is the mean of 16: 2 weights × 4 flips × 2 scales (0.75, 1; bilinear)" */
function describeAveraging(
  plans: readonly ScalePlan[],
  averaging: Averaging,
  members: number,
): string | undefined {
  const { flips, scales, passes } = averaging;
  const count = members * predictionsOf(averaging);
  const resized = scales.some((scale) => scale !== 1);
  if (count === 1 && !resized && passes === undefined) return undefined;
  const exact = plans.every(({ fit }) => flipsAreExact(fit, flips));
  const how = exact ? "" : " (bilinear: the output's positions are not symmetric in the input)";
  const parts = [
    ...(members > 1 ? [`${members} weights`] : []),
    ...(flips.length > 1 ? [`${flips.length} flips${how}`] : []),
    ...(passes === undefined ? [] : [`${counted(passes.count, "dropout mask")} (seed ${passes.seed})`]),
    ...(resized ? [`${counted(scales.length, "scale")} (${scales.join(", ")}; bilinear)`] : []),
  ];
  const product = parts.join(" × ");
  if (count === 1) return `each prediction is made with ${product}`;
  return `each prediction is the mean of ${parts.length === 1 ? "" : `${count}: `}${product}`;
}

const uncertaintyScale =
  "entropy and mutual information are in nats; in PNG files, 65535 is ln(number of classes)";

function describeTiles(
  path: string,
  size: readonly [number, number],
  tiles: AnyTiles,
  dropout: boolean,
): string {
  const [down, across] = tiles.axes;
  const grid = `${down.tiles.length}×${across.tiles.length} tiles of ${down.length}×${across.length} pixels`;
  const image = `${path}: ${size.join("×")} pixels are predicted`;
  return tiles.kind === "exact"
    ? `${image} in ${grid}, ${dropout ? "each with its own dropout masks" : "with the result of the whole image"}`
    : `${image} in ${grid} that overlap, each as an image of its own; the result is their mean with Gaussian weights, and differs from that of the whole image`;
}
