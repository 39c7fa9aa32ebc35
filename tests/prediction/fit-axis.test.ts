import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AxisGrid,
  cellsOfPixels,
  pixelsOfCells,
  placeImage,
  positionsOfPixels,
  sourcesOfInput,
} from "../../runtime/fit/fit-axis.ts";

const whole = (value: number) => ({ numerator: value, denominator: 1 });
const unet: AxisGrid = { cells: 388, stride: whole(1), offset: whole(92) };

describe("placing an image in the input", () => {
  it("puts an image of the output's size behind the margin that a valid U-Net loses", () => {
    expect(placeImage(388, 572, [unet])).toEqual({ input: 572, patches: 1, before: 92, grids: [unet] });
  });

  it("refuses an image one pixel larger than the output", () => {
    expect(placeImage(389, 572, [unet])).toBeUndefined();
  });

  it("divides free pixels evenly, the odd one after the image", () => {
    const grid = { cells: 16, stride: whole(1), offset: whole(0) };
    expect(placeImage(13, 16, [grid])?.before).toBe(1);
  });

  it("lets a pixel lie on the edge of a coarse cell, and not beyond", () => {
    // Cells of 2 pixels centred at 0, 2, 4: they reach from −1 to 5.
    const grid = { cells: 3, stride: whole(2), offset: whole(0) };
    expect(placeImage(6, 6, [grid])?.before).toBe(0);
    expect(placeImage(7, 7, [grid])).toBeUndefined();
  });

  it("every pixel's centre lies within a cell, wherever a place was found", () => {
    fc.assert(
      fc.property(
        anyGrid,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 90 }),
        (grid, image, input) => {
          const fit = placeImage(image, input, [grid]);
          const stride = grid.stride.numerator / grid.stride.denominator;
          const offset = grid.offset.numerator / grid.offset.denominator;
          const low = offset - stride / 2;
          const high = offset + stride * (grid.cells - 0.5);
          const covers = (before: number) => before >= low - 1e-9 && before + image - 1 <= high + 1e-9;
          if (fit === undefined) {
            for (let before = 0; before + image <= input; before++) expect(covers(before)).toBe(false);
          } else {
            expect(fit.before).toBeGreaterThanOrEqual(0);
            expect(fit.before + image).toBeLessThanOrEqual(input);
            expect(covers(fit.before)).toBe(true);
          }
        },
      ),
    );
  });
});

describe("cells and pixels", () => {
  it("takes the pixel at a cell's centre, rounded half up", () => {
    const grid = { cells: 3, stride: whole(2), offset: { numerator: 1, denominator: 2 } };
    expect([...pixelsOfCells(grid, 0, 6)]).toEqual([1, 3, 5]);
  });

  it("gives −1 for cells whose centre lies outside the image", () => {
    const grid = { cells: 5, stride: whole(1), offset: whole(1) };
    expect([...pixelsOfCells(grid, 2, 3)]).toEqual([-1, 0, 1, 2, -1]);
  });

  it("on a grid of stride 1, reading at pixels undoes reading at cells, half-pixel offsets included", () => {
    const offsets = fc.integer({ min: -12, max: 12 }).map((numerator) => ({ numerator, denominator: 4 }));
    fc.assert(
      fc.property(
        offsets,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 9 }),
        (offset, cells, before) => {
          const grid = { cells, stride: whole(1), offset };
          const pixels = pixelsOfCells(grid, before, 40);
          const back = cellsOfPixels(grid, before, 40);
          pixels.forEach((pixel, cell) => {
            if (pixel >= 0) expect(back[pixel]).toBe(cell);
          });
        },
      ),
    );
  });

  it("the nearest cell is nowhere farther than half a stride from its pixel, where the grid covers it", () => {
    fc.assert(
      fc.property(anyGrid, fc.integer({ min: 1, max: 40 }), (grid, image) => {
        const fit = placeImage(image, image + 30, [grid]);
        fc.pre(fit !== undefined);
        const before = fit?.before ?? 0;
        const positions = positionsOfPixels(grid, before, image);
        cellsOfPixels(grid, before, image).forEach((cell, pixel) => {
          expect(Math.abs(cell - (positions[pixel] ?? Number.NaN))).toBeLessThanOrEqual(0.5 + 1e-9);
        });
      }),
    );
  });
});

describe("margins", () => {
  it("mirrors about the outermost pixels without repeating them", () => {
    expect([...sourcesOfInput(4, 9, 2)]).toEqual([2, 1, 0, 1, 2, 3, 2, 1, 0]);
  });

  it("repeats the edge where the image is too short to mirror", () => {
    expect([...sourcesOfInput(2, 7, 3)]).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });
});

const rational = (min: number, max: number) =>
  fc.record({ numerator: fc.integer({ min, max }), denominator: fc.constantFrom(1, 2, 3, 4) });
const anyGrid = fc.record({
  cells: fc.integer({ min: 1, max: 40 }),
  stride: rational(1, 40),
  offset: rational(-40, 120),
});
