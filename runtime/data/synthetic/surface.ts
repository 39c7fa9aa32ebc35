/** What is visible at a point of a scene: the nearest surface, its depth, normal and colour, and the light there. */
import type { LinearColour } from "../../../compiler/colour/oklch.ts";
import type { Scene, Thing } from "./scene.ts";
import { profileOf } from "./solid.ts";
import { fractalNoise, smoothStep, textureAt } from "./texture.ts";

export interface SurfacePoint {
  /** `undefined`: the ground. */
  readonly thing: Thing | undefined;
  /** Towards the viewer, in units of the image's shorter side. */
  readonly z: number;
  /** x to the right, y down, z towards the viewer; of length 1. */
  readonly normal: readonly [number, number, number];
  /** A point on the solid, in the solid's frame. */
  readonly local: readonly [p: number, q: number];
}

/** Straight down (orthographic) at (x, y), in units of the shorter side. */
export function surfaceAt(scene: Scene, x: number, y: number): SurfacePoint {
  let seen: Thing | undefined;
  let z = groundHeight(scene, x, y);
  let slope: readonly [number, number] = scene.ground.slope;
  let local: readonly [number, number] = [0, 0];
  for (const thing of scene.things) {
    const dx = (x - thing.x) / thing.size;
    const dy = (y - thing.y) / thing.size;
    if (thing.z + thing.top <= z || dx * dx + dy * dy > 2) continue; // no outline reaches beyond √2 sizes
    const [cos, sin] = thing.turn;
    const p = cos * dx + sin * dy;
    const q = -sin * dx + cos * dy;
    const profile = profileOf(thing.solid, p, q);
    const height = thing.z + thing.size * profile.height;
    if (profile.distance > 0 || height <= z) continue;
    seen = thing;
    z = height;
    slope = [cos * profile.slopeP - sin * profile.slopeQ, sin * profile.slopeP + cos * profile.slopeQ];
    local = [p, q];
  }
  const length = Math.sqrt(slope[0] * slope[0] + slope[1] * slope[1] + 1);
  return {
    thing: seen,
    z,
    normal: [-slope[0] / length, -slope[1] / length, 1 / length],
    local,
  };
}

function groundHeight(scene: Scene, x: number, y: number): number {
  const { slope } = scene.ground;
  return slope[0] * (x - 0.5) + slope[1] * (y - 0.5) - 0.1; // so that no slope reaches the lowest things
}

/** The surface's own colour. */
export function albedoAt(
  scene: Scene,
  { thing, local: [p, q] }: SurfacePoint,
  x: number,
  y: number,
): LinearColour {
  const [first, second] = thing?.tones ?? scene.ground.tones;
  const share =
    thing === undefined
      ? smoothStep(0.2, 0.8, fractalNoise(scene.ground.noise, 7 * x, 7 * y))
      : textureAt(thing.texture, p, q);
  const grain =
    thing === undefined ? 1 : 0.92 + 0.16 * fractalNoise(thing.texture.noise, 5 * p + 3, 5 * q + 29);
  const mix = (a: number, b: number) => (a + (b - a) * share) * grain;
  return [mix(first[0], second[0]), mix(first[1], second[1]), mix(first[2], second[2])];
}

/** How much of the light reaches a point, 0 … 1: shadows of solids between it and the light, softer with distance. */
export function lightReaching(scene: Scene, point: SurfacePoint, x: number, y: number): number {
  const [lx, ly, lz] = scene.light;
  let light = 1;
  for (const thing of scene.things) {
    if (thing === point.thing) continue;
    const middle = thing.z + 0.4 * thing.top;
    const way = (middle - point.z) / lz;
    if (way <= 0) continue;
    const dx = (x + lx * way - thing.x) / thing.size;
    const dy = (y + ly * way - thing.y) / thing.size;
    if (dx * dx + dy * dy > 4) continue;
    const [cos, sin] = thing.turn;
    const { distance } = profileOf(thing.solid, cos * dx + sin * dy, -sin * dx + cos * dy);
    const softness = 0.02 + 0.16 * way;
    light *= smoothStep(-softness, softness, distance * thing.size);
  }
  return light;
}
