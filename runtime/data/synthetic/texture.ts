/** Surface textures: how far between two tones a surface is at each of its points. */
import type { Random } from "../../random.ts";

export const textureKinds = ["mottled", "stripes", "dots", "checks"] as const;
export type TextureKind = (typeof textureKinds)[number];

export interface Texture {
  readonly kind: TextureKind;
  /** Of stripes, dots and checks, in the surface's units. */
  readonly period: number;
  /** Radians. */
  readonly angle: number;
  readonly noise: Noise;
}

/** Value noise on a lattice of 64 × 64 random values, repeated. */
export type Noise = Float64Array;
const lattice = 64;

export function drawNoise(random: Random): Noise {
  return Float64Array.from({ length: lattice * lattice }, () => random.uniform());
}

/** 0 … 1: bilinear with smoothed weights between lattice values at unit spacing. */
export function noiseAt(noise: Noise, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = smooth(x - x0);
  const fy = smooth(y - y0);
  const at = (i: number, j: number) => noise[(j & (lattice - 1)) * lattice + (i & (lattice - 1))] ?? 0;
  const upper = at(x0, y0) + (at(x0 + 1, y0) - at(x0, y0)) * fx;
  const lower = at(x0, y0 + 1) + (at(x0 + 1, y0 + 1) - at(x0, y0 + 1)) * fx;
  return upper + (lower - upper) * fy;
}

/** Three octaves, each of half the size and weight of the one before; 0 … 1. */
export function fractalNoise(noise: Noise, x: number, y: number): number {
  return (
    (4 * noiseAt(noise, x, y) +
      2 * noiseAt(noise, 2 * x + 17, 2 * y + 5) +
      noiseAt(noise, 4 * x + 31, 4 * y + 47)) /
    7
  );
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

/** 0 … 1 between low and high. */
export function smoothStep(low: number, high: number, value: number): number {
  return smooth(Math.min(1, Math.max(0, (value - low) / (high - low))));
}

/** 0 (first tone) … 1 (second tone) at a surface point. */
export function textureAt(texture: Texture, p: number, q: number): number {
  const { kind, period, angle, noise } = texture;
  if (kind === "mottled")
    return 0.75 * smoothStep(0.25, 0.75, fractalNoise(noise, 2.5 * p + 11, 2.5 * q + 7));
  const x = (Math.cos(angle) * p + Math.sin(angle) * q) / period;
  const y = (-Math.sin(angle) * p + Math.cos(angle) * q) / period;
  const wave = (t: number) => Math.abs(2 * (t - Math.floor(t)) - 1); // 1 at whole t, 0 half-way
  switch (kind) {
    case "stripes":
      return smoothStep(0.4, 0.6, wave(x));
    case "dots":
      return 1 - smoothStep(0.26, 0.36, Math.sqrt((1 - wave(x)) ** 2 + (1 - wave(y)) ** 2) / 2);
    case "checks":
      return (
        smoothStep(0.42, 0.58, wave(x)) * (1 - smoothStep(0.42, 0.58, wave(y))) +
        smoothStep(0.42, 0.58, wave(y)) * (1 - smoothStep(0.42, 0.58, wave(x)))
      );
  }
}
