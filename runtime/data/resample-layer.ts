/** Resamples a layer by a geometric map, and transforms its values. */
import type { GeometricMap } from "./canvas.ts";
import type { LayerSource } from "./layers.ts";
import type { SizedLayer } from "./read-layer.ts";
import { resampleImage } from "./resample.ts";

/**
 * Pictures (image, chroma) bilinearly and mirrored beyond their edges, as the image itself; what holds at a point (boundaries,
 * depth, normals) from the pixel that contains the mapped centre, unknown outside.
 *
 * Enlarging by s divides depth by s, as moving nearer does (Eigen et al. 2014, section 3.3). Flips and rotations change the x and y of
 * normals as of the picture; z does not change.
 * @param target [map.height, map.width, channels]
 */
export function resampleLayer(
  layer: SizedLayer,
  source: LayerSource,
  map: GeometricMap,
  target: Float32Array,
): void {
  const { height, width, channels, values } = layer;
  if (source.kind === "image" || source.kind === "chroma") {
    resampleImage({ height, width, channels, image: values, fullScale: 1 }, map, target);
    return;
  }
  for (let y = 0, at = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      const sourceY = Math.floor(map.yy * (y + 0.5) + map.yx * (x + 0.5) + map.y0);
      const sourceX = Math.floor(map.xy * (y + 0.5) + map.xx * (x + 0.5) + map.x0);
      const inside = sourceY >= 0 && sourceY < height && sourceX >= 0 && sourceX < width;
      const from = (sourceY * width + sourceX) * channels;
      for (let c = 0; c < channels; c++)
        target[at++] = inside ? (values[from + c] ?? Number.NaN) : Number.NaN;
    }
  }
  if (source.kind === "normals") turnNormals(target, map);
  if (source.kind === "depth") scaleDepth(target, map, source.log);
}

/** The map takes output to source and is a rotation divided by a scale: its transpose takes directions back. */
function turnNormals(normals: Float32Array, map: GeometricMap): void {
  const scale = enlargement(map);
  if (scale === 1 && map.yy === 1 && map.xx === 1) return;
  for (let i = 0; i < normals.length; i += 3) {
    const right = normals[i] ?? Number.NaN;
    const down = -(normals[i + 1] ?? Number.NaN);
    normals[i] = scale * (map.yx * down + map.xx * right);
    normals[i + 1] = -scale * (map.yy * down + map.xy * right);
  }
}

function scaleDepth(depth: Float32Array, map: GeometricMap, log: boolean): void {
  const scale = enlargement(map);
  if (scale === 1) return;
  const shift = Math.log(scale);
  for (let i = 0; i < depth.length; i++) {
    const value = depth[i] ?? Number.NaN;
    depth[i] = log ? value - shift : value / scale;
  }
}

function enlargement({ yy, yx, xy, xx }: GeometricMap): number {
  return 1 / Math.sqrt(Math.abs(yy * xx - yx * xy));
}
