/**
 * One colour of a distribution over the colour bins (Zhang, Isola & Efros 2016, section 2.3, equation 5): the mean of the bins under
 * the distribution p^(1/T) over its sum. T = 1 is the mean, T towards 0 the most likely bin.
 */
import { colourBins } from "../../compiler/colour/colour-bins.ts";
import type { MapBatch } from "../arrays.ts";
import { chromaUnit } from "./chroma-unit.ts";

/**
 * @param probabilities [batch, height, width, bins]
 * @returns [batch, height, width, 2]: a* and b* over `chromaUnit`
 */
export function annealedMean({ data, shape }: MapBatch, temperature: number): MapBatch {
  const bins = colourBins();
  const [batch, height, width, channels] = shape;
  if (channels !== bins.length) throw new RangeError(`${channels} channels for ${bins.length} colour bins`);
  const colours = new Float32Array(batch * height * width * 2);
  for (let cell = 0; cell < batch * height * width; cell++) {
    const start = cell * channels;
    // over the highest, so that the powers of small probabilities do not all vanish
    let highest = 0;
    for (let c = 0; c < channels; c++) highest = Math.max(highest, data[start + c] ?? 0);
    let [sum, a, b] = [0, 0, 0];
    for (const [c, bin] of bins.entries()) {
      const weight = ((data[start + c] ?? 0) / highest) ** (1 / temperature);
      sum += weight;
      a += weight * bin.a;
      b += weight * bin.b;
    }
    colours[2 * cell] = a / sum / chromaUnit;
    colours[2 * cell + 1] = b / sum / chromaUnit;
  }
  return { data: colours, shape: [batch, height, width, 2] };
}
