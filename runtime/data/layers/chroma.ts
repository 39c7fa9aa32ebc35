/** a* and b* of CIELAB over `chromaUnit`, of a colour image. */
import { labOf } from "../../../compiler/colour/lab.ts";
import { chromaUnit } from "../../colour/chroma-unit.ts";
import type { LayerKind } from "./layer.ts";
import { readIntegers } from "./read-integers.ts";
import { resampleSmoothly } from "./resample.ts";

export const chroma: LayerKind<{ readonly kind: "chroma" }> = {
  channels: () => 2,
  read: async (file, _, { region }) => {
    const { height, width, data, fullScale } = await readIntegers(file, "colours", region);
    const values = new Float32Array(height * width * 2);
    for (let pixel = 0; pixel < height * width; pixel++) {
      const sample = (c: number) => (data[pixel * 3 + c] ?? 0) / fullScale;
      const [, a, b] = labOf(sample(0), sample(1), sample(2));
      values[pixel * 2] = a / chromaUnit;
      values[pixel * 2 + 1] = b / chromaUnit;
    }
    return { height, width, channels: 2, values, fullScale: 1 };
  },
  resample: (layer, map, target) => resampleSmoothly(layer, map, target),
};
