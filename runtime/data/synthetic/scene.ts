/** A random scene: solids lying on and over a textured ground, and a light. */
import { type LinearColour, oklchToLinear } from "../../../compiler/colour/oklch.ts";
import type { Random } from "../../random.ts";
import { type Solid, type SolidKind, topOf } from "./solid.ts";
import { drawNoise, type Noise, type Texture, type TextureKind, textureKinds } from "./texture.ts";

/** Lengths are in units of the image's shorter side; x to the right, y down, z towards the viewer. */
export interface Scene {
  readonly height: number;
  readonly width: number;
  readonly things: readonly Thing[];
  readonly ground: Ground;
  /** Towards the light, of length 1. */
  readonly light: readonly [x: number, y: number, z: number];
}

export interface Thing {
  readonly solid: Solid;
  /** Class index; 0 is the ground. */
  readonly classIndex: number;
  readonly x: number;
  readonly y: number;
  /** Of the solid's base over the ground's mean. */
  readonly z: number;
  readonly size: number;
  /** Cosine and sine of its rotation about z. */
  readonly turn: readonly [number, number];
  /** The height of its highest point over its base. */
  readonly top: number;
  readonly texture: Texture;
  readonly tones: readonly [LinearColour, LinearColour];
}

export interface Ground {
  /** z per x and y. */
  readonly slope: readonly [number, number];
  readonly noise: Noise;
  readonly tones: readonly [LinearColour, LinearColour];
}

/** The texture most solids of a kind have: a cue beside shape, without which a small network takes long to distinguish the kinds. */
export const favouriteTexture: Record<SolidKind, TextureKind> = {
  disc: "dots",
  box: "stripes",
  triangle: "mottled",
  ellipse: "checks",
  hexagon: "checks",
  ring: "stripes",
};
export const favourShare = 0.8;

/** Of the things of a class: any, or about one that is the class's own. */
export type Hues = "random" | "class";

/** @param kinds of solids, in the order of their classes 1, 2 … */
export function drawScene(
  size: readonly [height: number, width: number],
  kinds: readonly SolidKind[],
  random: Random,
  hues: Hues = "random",
): Scene {
  const shorter = Math.min(...size);
  const height = size[0] / shorter;
  const width = size[1] / shorter;
  const noise = drawNoise(random);
  const wanted = Math.round((2 + random.integer(3)) * Math.sqrt(height * width)); // 2 to 4 in a square
  const things = addThings([], wanted, () => drawThing(height, width, kinds, noise, random, hues));
  return {
    height: size[0],
    width: size[1],
    things,
    ground: drawGround(noise, random),
    light: drawLight(random),
  };
}

/**
 * The same place later: of its things about half are gone, one or two have come, and the light is another. What stays is as it was,
 * also where it lay on what is gone.
 * @param kinds as the scene was drawn with
 */
export function laterScene(
  scene: Scene,
  kinds: readonly SolidKind[],
  random: Random,
  hues: Hues = "random",
): Scene {
  const shorter = Math.min(scene.height, scene.width);
  const [height, width] = [scene.height / shorter, scene.width / shorter];
  const kept = scene.things.filter(() => random.uniform() < 0.5);
  const come = 1 + random.integer(2);
  const drawn = () => drawThing(height, width, kinds, scene.ground.noise, random, hues);
  return { ...scene, things: addThings(kept, kept.length + come, drawn), light: drawLight(random) };
}

/** Until there are so many; fewer where no place for another is found. */
function addThings(present: readonly Thing[], wanted: number, draw: () => Thing): readonly Thing[] {
  const things = [...present];
  for (let tries = 0; tries < 40 * wanted && things.length < wanted; tries++) {
    const thing = draw();
    const near = (other: Thing) =>
      Math.hypot(other.x - thing.x, other.y - thing.y) / (other.size + thing.size);
    if (things.some((other) => near(other) < 0.72)) continue; // occlusion hides part of a solid, never most of it
    // over all it may touch, so that no two solids pass through each other
    const below = things.filter((other) => near(other) < 1.2);
    const z = Math.max(thing.z, ...below.map((other) => other.z + other.top + 0.03));
    things.push({ ...thing, z });
  }
  return things;
}

function drawThing(
  height: number,
  width: number,
  kinds: readonly SolidKind[],
  noise: Noise,
  random: Random,
  hues: Hues,
): Thing {
  const classIndex = 1 + random.integer(kinds.length);
  const kind = kinds[classIndex - 1] ?? "disc";
  const aspect = kind === "box" ? random.between(0.65, 1) : random.between(0.45, 0.65);
  const drawn = random.uniform();
  const hue = hues === "random" ? drawn : classHue(classIndex, kinds.length, drawn);
  const lightness = classLightness(classIndex, kinds.length) + random.between(-0.05, 0.05);
  const chroma = random.between(0.06, 0.15);
  const other = lightness - 0.24;
  const solid: Solid = { kind, aspect, tilt: [random.between(-0.2, 0.2), random.between(-0.2, 0.2)] };
  const size = random.between(0.18, 0.27) * (kind === "triangle" ? 1.15 : 1); // a triangle fills less of its circle
  const angle = random.between(0, 2 * Math.PI);
  return {
    solid,
    classIndex,
    x: random.between(0.06, width - 0.06),
    y: random.between(0.06, height - 0.06),
    z: random.between(0.02, 0.14),
    size,
    turn: [Math.cos(angle), Math.sin(angle)],
    top: size * topOf(solid),
    texture: {
      kind:
        random.uniform() < favourShare
          ? favouriteTexture[kind]
          : (textureKinds[random.integer(textureKinds.length)] ?? "mottled"),
      period: random.between(0.4, 0.65),
      angle: random.between(0, Math.PI),
      noise,
    },
    tones: [
      oklchToLinear(lightness, chroma, hue),
      oklchToLinear(other, chroma, (hue + random.between(-0.08, 0.08) + 1) % 1),
    ],
  };
}

/** Hue as a fraction of the circle: the classes are evenly spaced, the first at red; each object differs by at most a twentieth. */
function classHue(classIndex: number, classes: number, drawn: number): number {
  return (0.08 + (classIndex - 1) / classes + (drawn - 0.5) / 10 + 1) % 1;
}

/** OKLab lightness around which the solids of a class are drawn: also a cue, and a weak one, since neighbouring classes are close and shading mixes them. */
function classLightness(classIndex: number, classes: number): number {
  return classes === 1 ? 0.75 : 0.88 - (0.18 * (classIndex - 1)) / (classes - 1);
}

function drawGround(noise: Noise, random: Random): Ground {
  const hue = random.uniform();
  const lightness = random.between(0.36, 0.46);
  const chroma = random.between(0.015, 0.045);
  return {
    slope: [random.between(-0.12, 0.12), random.between(-0.12, 0.12)],
    noise,
    tones: [oklchToLinear(lightness, chroma, hue), oklchToLinear(lightness - 0.12, chroma, (hue + 0.06) % 1)],
  };
}

/** From above in the picture, 40° to 60° over the ground. */
function drawLight(random: Random): readonly [number, number, number] {
  const azimuth = random.between(-0.85, -0.15) * Math.PI;
  const elevation = (random.between(40, 60) * Math.PI) / 180;
  return [
    Math.cos(elevation) * Math.cos(azimuth),
    Math.cos(elevation) * Math.sin(azimuth),
    Math.sin(elevation),
  ];
}
