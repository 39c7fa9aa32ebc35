/** The images of one prediction as its inputs take them: each at its own size. */
import type { PerAxis } from "../../compiler/axis.ts";
import { divide, equals, isWhole, type Rational, rational } from "../../compiler/geometry/rational.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { isLayerSize, layerSize } from "../data/layers/layer.ts";
import { shrunkRows } from "../data/shrunk-rows.ts";
import { type ImageFit, imageInputs, imageScene } from "../fit/fit.ts";
import { fitOfInput } from "../fit/inputs-of-fit.ts";
import { resizedImage } from "../images/area-resize.ts";
import type { ImageRows } from "../images/rows/image-rows.ts";
import { rowsOf } from "../images/rows/open-rows.ts";
import { resizedRows } from "../images/rows/resized-rows.ts";
import { UserError } from "../user-error.ts";

/**
 * Rows of every input, by name. An image that is as large as that of the finest input is shrunk to its input's proportion; that of an
 * input of one size is resized to it, whatever its own size.
 * @param fit of the scene, resized by `scale`
 * @throws UserError where an input has no image, or one of another size
 */
export async function inputRows(
  graph: Graph,
  { fit, scale }: { readonly fit: ImageFit; readonly scale: number },
  opened: ReadonlyMap<string, ImageRows>,
): Promise<ReadonlyMap<string, ImageRows>> {
  const scene = imageScene(graph);
  const finest = opened.get(scene.finest);
  const found = new Map<string, ImageRows>();
  for (const { attributes } of imageInputs(graph)) {
    const { name } = attributes;
    const [rows, shown] = [opened.get(name), scene.inputs.get(name)];
    if (rows === undefined || shown === undefined || finest === undefined)
      throw new UserError(`${graph.name} needs an image for its input "${name}"`);
    if (shown.kind === "resized") {
      found.set(name, rowsOf(await resizedImage(rows, shown.size)));
      continue;
    }
    const image = { name: scene.finest, size: [finest.height, finest.width] as const };
    const own = atProportion(name, rows, image, shown.pixels);
    found.set(name, scale === 1 ? own : resizedRows(own, fitOfInput(graph, fit, name).image));
  }
  return found;
}

function atProportion(
  name: string,
  rows: ImageRows,
  { name: finest, size: image }: { readonly name: string; readonly size: PerAxis<number> },
  pixels: PerAxis<Rational>,
): ImageRows {
  const own = [rows.height, rows.width] as const;
  if (isLayerSize({ pixels }, image, own)) return rows;
  const factor = divide(rational(1), pixels[0]);
  const square = equals(pixels[0], pixels[1]) && isWhole(factor);
  if (square && own.join() === image.join()) return shrunkRows(rows, factor.numerator);
  const wanted = layerSize({ pixels }, image)?.join("×");
  throw new UserError(
    `the image for input "${name}" has ${own.join("×")} pixels; beside ${image.join("×")} of "${finest}" it needs ${wanted}`,
    "resize it, or give the image that belongs to it",
  );
}
