/** The files of objects that are found by their centres: points, and which pixels belong to each. */
import type { LabelBatch } from "../../arrays.ts";
import { writeAtomically } from "../../files/atomic-write.ts";
import { openSampleFile } from "../../images/rows/sample-writer.ts";
import type { StackFiles } from "../../images/rows/stack-files.ts";
import { groupedPixels } from "../../objects/grouped-pixels.ts";
import { type Peak, peaksIn } from "../../objects/peaks.ts";
import { peakSettings } from "../../targets/centres.ts";
import { findsObjects } from "../../targets/registry.ts";
import type { Prediction } from "../prediction.ts";
import type { OutputFiles, PictureFiles } from "./output-files.ts";

type MapPrediction = Extract<Prediction, { kind: "map" }>;

export interface ObjectsRequest {
  /** Of files of several images. */
  readonly stacks?: StackFiles | undefined;
  /** For GeoJSON: the file of the image. */
  readonly image: string;
  /** One for each output. */
  readonly predictions: readonly Prediction[];
  readonly files: readonly (OutputFiles | undefined)[];
  /** What no object is: the class of these labels. `undefined`: nothing tells. */
  readonly background: { readonly labels: LabelBatch; readonly label: number } | undefined;
}

/** @throws UserError when a file cannot be written */
export async function writeObjects(request: ObjectsRequest): Promise<void> {
  const { image, predictions, files, background, stacks } = request;
  const maps = predictions.flatMap((prediction, i) => {
    const own = files[i];
    return prediction.kind === "map" && own?.kind === "picture" ? [{ prediction, own }] : [];
  });
  let peaks: readonly Peak[] | undefined;
  for (const { prediction, own } of maps) {
    if (findsObjects(prediction.target) !== "points") continue;
    const { map, target } = prediction;
    const [, height, width, channels] = map.shape;
    const found = peaksIn(map.data, [height, width, channels], peakSettings(target));
    peaks ??= found;
    const { points, geoJson } = own;
    if (points !== undefined) await writeText(points, pointsCsv(found, target.classes));
    if (geoJson !== undefined)
      await writeText(geoJson, pointsGeoJson(image, [height, width], found, target.classes));
  }
  if (peaks === undefined) return;
  const is = (pixel: number) => background?.labels.data[pixel] === background?.label;
  for (const { prediction, own } of maps)
    if (findsObjects(prediction.target) === "owners")
      await writeGroups(prediction, own, peaks, { outside: background && is, stacks });
}

async function writeGroups(
  { map, target: { unit = 1, distance = 8 } }: MapPrediction,
  { objects = [] }: PictureFiles,
  peaks: readonly Peak[],
  {
    outside,
    stacks,
  }: {
    readonly outside: ((pixel: number) => boolean) | undefined;
    readonly stacks: StackFiles | undefined;
  },
): Promise<void> {
  if (objects.length === 0) return;
  const [, height, width] = map.shape;
  const numbers = groupedPixels(map.data, [height, width], peaks, { unit, distance }, outside);
  for (const file of objects) {
    const writer = await openSampleFile(file, { height, width, channels: 1, type: "uint16" }, { stacks });
    try {
      await writer.write(numbers);
      await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }
}

/** As the target `centres` reads it. */
function pointsCsv(peaks: readonly Peak[], classes: readonly string[] | undefined): string {
  const rows = peaks.map(({ row, column, channel, score }, i) =>
    [i + 1, column + 0.5, row + 0.5, ...(classes ? [classes[channel]] : []), score.toFixed(4)].join(","),
  );
  return `${[["number", "x", "y", ...(classes ? ["class"] : []), "score"].join(","), ...rows].join("\n")}\n`;
}

/** RFC 7946, in pixels as the polygons (polygons/geojson.ts). */
function pointsGeoJson(
  image: string,
  [height, width]: readonly [number, number],
  peaks: readonly Peak[],
  classes: readonly string[] | undefined,
): string {
  const features = peaks.map(({ row, column, channel, score }, i) =>
    JSON.stringify({
      type: "Feature",
      properties: {
        number: i + 1,
        ...(classes && { class: classes[channel] }),
        score,
        objectType: "detection",
      },
      geometry: { type: "Point", coordinates: [column + 0.5, row + 0.5] },
    }),
  );
  const about = `"image": ${JSON.stringify({ file: image, height, width })},\n"coordinates": "pixels [x, y]; [0, 0] is the upper left corner of the image, y grows downwards"`;
  return `{"type": "FeatureCollection",\n${about},\n"features": [\n${features.join(",\n")}\n]}\n`;
}

function writeText(path: string, text: string): Promise<void> {
  return writeAtomically(path, [Buffer.from(text)]);
}
