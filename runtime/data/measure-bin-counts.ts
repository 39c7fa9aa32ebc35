/** How often each colour bin occurs in the training images. */
import { colourBins } from "../../compiler/colour/colour-bins.ts";
import { chromaUnit } from "../colour/chroma-unit.ts";
import { binOf } from "../colour/soft-code.ts";
import type { DataSet } from "./data-set.ts";
import type { LayerPlan } from "./layers/layer.ts";
import { readLayer } from "./layers/registry.ts";

const mostImages = 256;

/**
 * The pixels whose nearest bin it is, over up to 256 training images, evenly spaced in the order of the data set.
 * @param layer of chroma
 * @throws UserError when an image cannot be read
 */
export async function measureBinCounts(
  { training, masks }: DataSet,
  layer: LayerPlan,
): Promise<readonly number[]> {
  const counts = new Array<number>(colourBins().length).fill(0);
  const images = Math.min(mostImages, training.length);
  for (let i = 0; i < images; i++) {
    const pair = training[Math.floor((i * training.length) / images)];
    if (pair === undefined) continue;
    const { values } = await readLayer(pair, layer, masks);
    for (let at = 0; at + 1 < values.length; at += 2) {
      const bin = binOf((values[at] ?? 0) * chromaUnit, (values[at + 1] ?? 0) * chromaUnit);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return counts;
}
