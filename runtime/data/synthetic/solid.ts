/** Solids of the synthetic scenes, seen from above: an outline, and a height over it with its slope. */

export const solidKinds = ["disc", "box", "triangle", "ellipse", "hexagon", "ring"] as const;
export type SolidKind = (typeof solidKinds)[number];

/** In the solid's own frame, where its size is about 1. */
export interface Profile {
  /** Signed distance to the outline, negative inside; exact inside, a lower bound outside polygons' corners. */
  readonly distance: number;
  /** Over the solid's base, and its slope along both axes; meaningful inside. */
  readonly height: number;
  readonly slopeP: number;
  readonly slopeQ: number;
}

export interface Solid {
  readonly kind: SolidKind;
  /** Half the extent along the second axis over that along the first. */
  readonly aspect: number;
  /** Slope of a polygon's flat top along both axes. */
  readonly tilt: readonly [number, number];
}

/** The highest point over the base; an upper bound for tilted ones. */
export function topOf(solid: Solid): number {
  switch (solid.kind) {
    case "disc":
      return 1;
    case "ellipse":
      return solid.aspect;
    case "ring":
      return ringTube;
    case "triangle":
      return pyramidSlope * triangleInradius;
    case "box":
    case "hexagon":
      return bevel + Math.abs(solid.tilt[0]) + Math.abs(solid.tilt[1]);
  }
}

const bevel = 0.16;
const pyramidSlope = 1.1;
const triangleInradius = 0.58;
const ringRadius = 0.7;
const ringTube = 0.3;

/** Outward normals at equal angles, the first pointing along +q. */
function regular(sides: number): readonly (readonly [number, number])[] {
  return Array.from({ length: sides }, (_, i) => {
    const angle = Math.PI / 2 + (2 * Math.PI * i) / sides;
    return [Math.cos(angle), Math.sin(angle)] as const;
  });
}
const triangleSides = regular(3);
const hexagonSides = regular(6);
const boxSides = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** The solid at (p, q) of its own frame. */
export function profileOf(solid: Solid, p: number, q: number): Profile {
  switch (solid.kind) {
    case "disc":
      return dome(p, q, 1);
    case "ellipse":
      return dome(p, q, solid.aspect);
    case "ring":
      return torus(p, q);
    case "box":
      return polygon(
        boxSides,
        [0.9, 0.9, 0.9 * solid.aspect, 0.9 * solid.aspect],
        1,
        bevel,
        solid.tilt,
        p,
        q,
      );
    case "hexagon":
      return polygon(hexagonSides, [0.85], 1, bevel, solid.tilt, p, q);
    case "triangle":
      return polygon(triangleSides, [triangleInradius], pyramidSlope, Number.POSITIVE_INFINITY, [0, 0], p, q);
  }
}

/** Upper half of the ellipsoid p² + (q² + h²) / aspect² = 1; a sphere for aspect 1. */
function dome(p: number, q: number, aspect: number): Profile {
  const scaled = Math.sqrt(p * p + (q * q) / (aspect * aspect));
  const height = aspect * Math.sqrt(Math.max(1e-6, 1 - scaled * scaled)); // the rim is vertical: keep its slope finite
  return {
    distance: (scaled - 1) * Math.min(1, aspect),
    height,
    slopeP: (-aspect * aspect * p) / height,
    slopeQ: -q / height,
  };
}

/** Upper half of a torus. */
function torus(p: number, q: number): Profile {
  const radius = Math.sqrt(p * p + q * q);
  const off = radius - ringRadius;
  const height = Math.sqrt(Math.max(1e-6, ringTube * ringTube - off * off));
  const slope = radius === 0 ? 0 : -off / height / radius;
  return { distance: Math.abs(off) - ringTube, height, slopeP: slope * p, slopeQ: slope * q };
}

/** A convex polygon whose faces rise from its sides with one slope, up to a flat top (tilted). */
function polygon(
  normals: readonly (readonly [number, number])[],
  inradii: readonly number[],
  slope: number,
  rim: number,
  tilt: readonly [number, number],
  p: number,
  q: number,
): Profile {
  let distance = Number.NEGATIVE_INFINITY;
  let nearest: readonly [number, number] = [0, 0];
  for (let i = 0; i < normals.length; i++) {
    const normal = normals[i] ?? nearest;
    const d = normal[0] * p + normal[1] * q - (inradii[i % inradii.length] ?? 1);
    if (d > distance) {
      distance = d;
      nearest = normal;
    }
  }
  const rise = -distance * slope;
  const tilted = Math.abs(tilt[0]) + Math.abs(tilt[1]) + tilt[0] * p + tilt[1] * q; // never below the base
  return rise < rim
    ? {
        distance,
        height: rise + tilted,
        slopeP: tilt[0] - slope * nearest[0],
        slopeQ: tilt[1] - slope * nearest[1],
      }
    : { distance, height: rim + tilted, slopeP: tilt[0], slopeQ: tilt[1] };
}
