import { describe, expect, it } from "vitest";
import { TrimapCounts, trimapBand } from "../../runtime/metrics/trimap.ts";
import { Random } from "../../runtime/random.ts";

/** Rows of digits; "." is ignored. */
function raster(...rows: readonly string[]) {
  const values = rows.flatMap((row) => [...row].map((sign) => (sign === "." ? -1 : Number(sign))));
  return { width: rows[0]?.length ?? 0, height: rows.length, values };
}

function rowsOf(band: Uint8Array, width: number): readonly string[] {
  return Array.from({ length: band.length / width }, (_, y) =>
    band.slice(y * width, (y + 1) * width).join(""),
  );
}

describe("a trimap", () => {
  it("of width 1 holds the pixels on both sides of a boundary", () => {
    const labels = raster("000111", "000111", "000222");
    expect(rowsOf(trimapBand(labels, 1), 6)).toEqual(["001100", "001111", "001111"]);
  });

  it("of width 2 reaches two pixels straight and one diagonally", () => {
    const labels = raster("0000000", "0000000", "0000000", "0001000", "0000000", "0000000", "0000000");
    expect(rowsOf(trimapBand(labels, 2), 7)).toEqual([
      "0000000",
      "0001000",
      "0011100",
      "0111110",
      "0011100",
      "0001000",
      "0000000",
    ]);
  });

  it("surrounds ignored pixels too, as they stand for boundaries in some data sets", () => {
    expect(rowsOf(trimapBand(raster("000.000"), 1), 7)).toEqual(["0011100"]);
  });

  it("is empty where there is one label, and refuses a width below 1", () => {
    expect(trimapBand(raster("000", "000"), 5)).toEqual(new Uint8Array(6));
    expect(() => trimapBand(raster("01"), 0)).toThrow(RangeError);
  });

  it.each([1, 1.5, 2, 3, 5.2])("holds exactly the pixels with another label within %f pixels", (width) => {
    const random = new Random(6, "labels");
    for (let trial = 0; trial < 20; trial++) {
      const [rows, columns] = [1 + random.integer(12), 1 + random.integer(12)];
      // Few seeds, so that regions have an inside.
      const seeds = Array.from(
        { length: 3 },
        (_, label) => [random.integer(rows), random.integer(columns), label - 1] as const,
      );
      const values = Array.from({ length: rows * columns }, (_, i) => {
        const [y, x] = [Math.floor(i / columns), i % columns];
        const distances = seeds.map(([sy, sx]) => Math.hypot(sy - y, sx - x));
        return seeds[distances.indexOf(Math.min(...distances))]?.[2] ?? 0;
      });
      const expected = values.map((label, i) =>
        values.some(
          (other, j) =>
            other !== label &&
            Math.hypot(Math.floor(i / columns) - Math.floor(j / columns), (i % columns) - (j % columns)) <=
              width,
        )
          ? 1
          : 0,
      );
      expect([...trimapBand({ width: columns, height: rows, values }, width)]).toEqual(expected);
    }
  });
});

describe("metrics within a trimap", () => {
  it("count the band alone, for each width, and leave ignored pixels out", () => {
    const counts = new TrimapCounts(["a", "b"], [1, 2]);
    const labels = raster("000011.1");
    //                       predicted wrongly: far from the boundary, and one pixel from it
    counts.add([1, 0, 0, 1, 1, 1, 0, 1], labels);
    const [narrow, wide] = counts.toJson();
    // Width 1: pixels 3, 4, 5, 7, of which 3 is wrong.
    expect(narrow).toMatchObject({ width: 1, pixels: 4, pixel_accuracy: 3 / 4 });
    expect(narrow?.mean_iou).toBe((0 + 3 / 4) / 2);
    // Width 2: pixel 2 too.
    expect(wide).toMatchObject({ width: 2, pixels: 5, pixel_accuracy: 4 / 5 });
    expect(wide?.mean_iou).toBe((1 / 2 + 3 / 4) / 2);
  });

  it("of images without boundaries are null", () => {
    const counts = new TrimapCounts(["a", "b"], [3]);
    counts.add([0, 1], raster("00"));
    expect(counts.toJson()[0]).toMatchObject({ pixels: 0, mean_iou: null, pixel_accuracy: null });
  });
});
