/** A scene as a picture, and as what is true of each of its pixels. */

import type { LinearColour } from "../../../compiler/colour/oklch.ts";
import { srgbEncoded } from "../../../compiler/colour/srgb.ts";
import type { Random } from "../../random.ts";
import type { Scene } from "./scene.ts";
import { albedoAt, lightReaching, type SurfacePoint, surfaceAt } from "./surface.ts";

export interface RenderedScene {
  readonly height: number;
  readonly width: number;
  /** [height, width, 3], sRGB of 8 bits, with noise. */
  readonly image: Uint8Array;
  /** [height, width]: the class at the pixel's centre. */
  readonly labels: Uint8Array;
  /** [height, width]: see depthUnit. */
  readonly depth: Uint16Array;
  /** [height, width, 3]: round(127.5 · (n + 1)) for the unit normal n; x to the right, y up, z towards the viewer. */
  readonly normals: Uint8Array;
  /** [height, width]: 1 where a pixel to the left, right, above or below shows another solid. */
  readonly boundaries: Uint8Array;
  /** [height, width]: the number of the thing at the pixel's centre among those of the scene, from 1; 0 is the ground. */
  readonly instances: Uint8Array;
}

/** Depth is measured from a plane two shorter sides over the ground's mean, in shorter sides / 20000. */
export const depthUnit = 20000;
const cameraHeight = 2;

/** Standard deviation of the sensor noise, of full scale. */
export const sensorNoise = 0.015;

/** Four samples a pixel, none in line with another along an axis. */
const samplePlaces = [
  [-0.125, -0.375],
  [0.375, -0.125],
  [0.125, 0.375],
  [-0.375, 0.125],
] as const;

/** Labels, depth and normals are exact at pixel centres; the picture is averaged over each pixel. */
export function renderScene(scene: Scene, random: Random): RenderedScene {
  const { height, width } = scene;
  const shorter = Math.min(height, width);
  const image = new Uint8Array(height * width * 3);
  const labels = new Uint8Array(height * width);
  const depth = new Uint16Array(height * width);
  const normals = new Uint8Array(height * width * 3);
  const instances = new Uint8Array(height * width);
  for (let i = 0; i < height * width; i++) {
    const row = Math.floor(i / width);
    const column = i % width;
    const centre = surfaceAt(scene, (column + 0.5) / shorter, (row + 0.5) / shorter);
    labels[i] = centre.thing?.classIndex ?? 0;
    instances[i] = centre.thing === undefined ? 0 : 1 + scene.things.indexOf(centre.thing);
    depth[i] = Math.round((cameraHeight - centre.z) * depthUnit);
    const [nx, ny, nz] = centre.normal;
    normals.set([encoded(nx), encoded(-ny), encoded(nz)], i * 3);
    const sum = [0, 0, 0];
    for (const [oy, ox] of samplePlaces) {
      const x = (column + 0.5 + ox) / shorter;
      const y = (row + 0.5 + oy) / shorter;
      const colour = shade(scene, surfaceAt(scene, x, y), x, y);
      for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (colour[c] ?? 0);
    }
    for (let c = 0; c < 3; c++) {
      const value = srgbEncoded((sum[c] ?? 0) / samplePlaces.length) + sensorNoise * random.normal();
      image[i * 3 + c] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  const boundaries = boundariesOf(instances, height, width);
  return { height, width, image, labels, depth, normals, boundaries, instances };
}

/** [height, width]: 1 where a pixel's centre shows another thing than before, or the ground in place of one; shadows do not count. */
export function changesBetween(
  [before, was]: readonly [Scene, RenderedScene],
  [after, is]: readonly [Scene, RenderedScene],
): Uint8Array {
  return was.instances.map((number, i) =>
    before.things[number - 1] === after.things[(is.instances[i] ?? 0) - 1] ? 0 : 1,
  );
}

function encoded(component: number): number {
  return Math.round(127.5 * (component + 1));
}

const sun: LinearColour = [1.25, 1.18, 1.06];
const sky: LinearColour = [0.34, 0.38, 0.46];
const bounce: LinearColour = [0.16, 0.14, 0.12];

/** Lambert's diffuse light from sun, sky and ground, and the highlight of Blinn (1977). */
function shade(scene: Scene, point: SurfacePoint, x: number, y: number): LinearColour {
  const [nx, ny, nz] = point.normal;
  const [lx, ly, lz] = scene.light;
  const reaching = lightReaching(scene, point, x, y);
  const diffuse = Math.max(0, nx * lx + ny * ly + nz * lz) * reaching;
  const half = Math.sqrt(lx * lx + ly * ly + (lz + 1) * (lz + 1)); // halfway between the light and the viewer
  const facing = Math.max(0, (nx * lx + ny * ly + nz * (lz + 1)) / half);
  const highlight = point.thing === undefined ? 0 : 0.22 * facing ** 40 * reaching;
  const open = (0.35 + 0.65 * reaching) * (0.5 + 0.5 * nz);
  const albedo = albedoAt(scene, point, x, y);
  const channel = (c: 0 | 1 | 2) =>
    albedo[c] * (diffuse * sun[c] + open * sky[c] + (1 - nz) * bounce[c]) + highlight * sun[c];
  return [channel(0), channel(1), channel(2)];
}

function boundariesOf(owners: Uint8Array, height: number, width: number): Uint8Array {
  const boundaries = new Uint8Array(height * width);
  for (let i = 0; i < owners.length; i++) {
    const column = i % width;
    const differs = (other: number) => owners[other] !== owners[i];
    const found =
      (column > 0 && differs(i - 1)) ||
      (column < width - 1 && differs(i + 1)) ||
      (i >= width && differs(i - width)) ||
      (i < owners.length - width && differs(i + width));
    boundaries[i] = found ? 1 : 0;
  }
  return boundaries;
}
