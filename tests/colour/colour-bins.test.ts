import { describe, expect, it } from "vitest";
import { colourBins } from "../../compiler/colour/colour-bins.ts";
import { labOf } from "../../compiler/colour/lab.ts";

/** a* and b* of sRGB colours of 8 bits: every so many levels, and of them the surface of the cube where asked. */
function* colours(step: number, surface: boolean): Generator<readonly [number, number]> {
  for (let r = 0; r < 256; r += step)
    for (let g = 0; g < 256; g += step)
      for (let b = 0; b < 256; b += step) {
        if (surface && ![r, g, b].some((level) => level === 0 || level === 255)) continue;
        const [, a, second] = labOf(r / 255, g / 255, b / 255);
        yield [a, second];
      }
}

const key = (a: number, b: number) => `${a},${b}`;
const known = new Set(colourBins().map(({ a, b }) => key(a, b)));
const below = (value: number) => 10 * Math.floor(value / 10);

describe("the colour bins", () => {
  it("are the 313 of Zhang, Isola & Efros 2016", () => {
    expect(colourBins()).toHaveLength(313);
    // the ends of some rows as their network's list of points has them
    const ends = [-90, -80, 0, 40, 60, 100].map((a) => {
      const row = colourBins().filter((bin) => bin.a === a);
      return [a, row[0]?.b, row.at(-1)?.b, row.length];
    });
    expect(ends).toEqual([
      [-90, 50, 90, 5],
      [-80, 20, 90, 8],
      [0, -70, 100, 18],
      [40, -100, 90, 20],
      [60, -110, 80, 20],
      [100, -90, 0, 10],
    ]);
  });

  it("surround every colour of sRGB: the corners of its square are bins", () => {
    const missed = new Set<string>();
    for (const [a, b] of colours(5, false)) {
      for (const x of [below(a), below(a) + 10])
        for (const y of [below(b), below(b) + 10]) if (!known.has(key(x, y))) missed.add(key(x, y));
    }
    expect([...missed]).toEqual([]);
  });

  it("are more than other readings of in gamut give: 261 nearest to a colour, 309 corners around one", () => {
    const nearest = new Set<string>();
    const corners = new Set<string>();
    // the projection of the cube is that of its surface
    for (const [a, b] of colours(1, true)) {
      nearest.add(key(Math.round(a / 10), Math.round(b / 10)));
      for (const x of [below(a), below(a) + 10])
        for (const y of [below(b), below(b) + 10]) corners.add(key(x, y));
    }
    expect([nearest.size, corners.size]).toEqual([261, 309]);
    expect([...corners].every((corner) => known.has(corner))).toBe(true);
  });
});
