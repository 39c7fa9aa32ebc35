/** Hue, saturation and cutout compared with their formulas, written again in float64. */
import { describe, expect, it } from "vitest";
import { luma } from "../../runtime/images/convert-channels.ts";
import { Random } from "../../runtime/random.ts";
import { always, augmented, expectValues, height, sampleOf, valuesOf, width } from "./augment-reference.ts";
import { classes } from "./plans.ts";

describe("changed values", () => {
  it("hue turns the angle of HSV and keeps saturation and value", () => {
    for (let seed = 1; seed < 6; seed++) {
      const sample = sampleOf(3);
      const before = valuesOf(sample, 3);
      const { image } = augmented(sample, [{ kind: "hue", degrees: 180, ...always }], seed, 3);
      const degrees = new Random(seed).between(-180, 180);
      const turned: number[] = [];
      for (let i = 0; i < before.length; i += 3) {
        const [h, s, v] = hsvOf(before[i] ?? 0, before[i + 1] ?? 0, before[i + 2] ?? 0);
        turned.push(...rgbOf((((h + degrees / 360) % 1) + 1) % 1, s, v));
      }
      expectValues("hue", image, turned);
    }
  });

  it("saturation multiplies the difference from the luma, and clips", () => {
    const sample = sampleOf(3);
    const before = valuesOf(sample, 3);
    const { image } = augmented(sample, [{ kind: "saturation", change: 1, ...always }], 4, 3);
    const factor = new Random(4).between(0, 2);
    const expected = before.map((value, i) => {
      const [r = 0, g = 0, b = 0] = before.slice(i - (i % 3), i - (i % 3) + 3);
      const grey = luma(r, g, b);
      return Math.min(1, Math.max(0, grey + factor * (value - grey)));
    });
    expectValues("saturation", image, expected);
  });

  it("hue and saturation leave grey images as they are", () => {
    const sample = sampleOf(1);
    const changes = [
      { kind: "hue", degrees: 90, ...always },
      { kind: "saturation", change: 0.9, ...always },
    ] as const;
    expect([...augmented(sample, changes, 1).image]).toEqual([...augmented(sample, [], 1).image]);
  });

  it("cutout puts the image's mean into rectangles around random middles, and keeps the labels", () => {
    const sample = sampleOf(3);
    const before = valuesOf(sample, 3);
    const random = new Random(8);
    const { image, labels } = augmented(
      sample,
      [{ kind: "cutout", size: [5, 4], count: 2, ...always }],
      8,
      3,
    );
    const middles = [1, 2].map(() => [
      Math.floor(random.uniform() * height),
      Math.floor(random.uniform() * width),
    ]);
    const mean = [0, 1, 2].map(
      (c) => before.filter((_, i) => i % 3 === c).reduce((sum, value) => sum + value, 0) / (height * width),
    );
    let hidden = 0;
    const expected: number[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const out = middles.some(
          ([cy = 0, cx = 0]) => y >= cy - 2 && y < cy + 3 && x >= cx - 2 && x < cx + 2,
        );
        if (out) hidden++;
        for (let c = 0; c < 3; c++) expected.push((out ? mean[c] : before[(y * width + x) * 3 + c]) ?? 0);
      }
    expectValues("cutout", image, expected);
    expect(hidden).toBeGreaterThan(5);
    expect([...labels]).toEqual(Array.from(sample.layers.get(classes.key)?.values ?? []));
  });
});

/** Hue as a share of the circle, saturation, value (Smith 1978). */
function hsvOf(r: number, g: number, b: number): readonly [number, number, number] {
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  if (most === least) return [0, 0, most];
  const [rc, gc, bc] = [r, g, b].map((value) => (most - value) / (most - least)) as [number, number, number];
  const sixths = r === most ? bc - gc : g === most ? 2 + rc - bc : 4 + gc - rc;
  return [(((sixths / 6) % 1) + 1) % 1, (most - least) / most, most];
}

function rgbOf(h: number, s: number, v: number): readonly number[] {
  const i = Math.floor(h * 6);
  const f = h * 6 - i;
  const [p, q, t] = [v * (1 - s), v * (1 - s * f), v * (1 - s * (1 - f))];
  const corners = [
    [v, t, p],
    [q, v, p],
    [p, v, t],
    [p, q, v],
    [t, p, v],
    [v, p, q],
  ];
  return corners[i % 6] ?? [];
}
