import { join } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import { checkData } from "../../runtime/data/check.ts";
import { classWeightsBy } from "../../runtime/data/class-weights.ts";
import type { DataSet } from "../../runtime/data/data-set.ts";
import { measureNormalisation } from "../../runtime/data/measure-normalisation.ts";
import type { Pair } from "../../runtime/data/pair.ts";
import { tiffFile } from "../../tools/verify/faults/files/tiff-file.ts";
import { type Folder, flat, masksOf, temporaryFolder } from "./fixture.ts";
import { imageOf } from "./plans.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** One training pair a label, with grey 4×4 images of level 0, 10, 20 …; the first label validates too, under another name. */
async function dataOf(
  masks: MaskConfiguration,
  labels: readonly (readonly (readonly number[])[])[],
): Promise<DataSet> {
  const pairOf = async (
    name: string,
    level: number,
    rows: readonly (readonly number[])[],
  ): Promise<Pair> => ({
    name,
    image: await folder.grey(`image/${name}.png`, flat(4, 4, level)),
    label: await folder.grey(`label/${name}.png`, rows),
  });
  const training = await Promise.all(labels.map((rows, i) => pairOf(`${i}`, 10 * i, rows)));
  const validation = [await pairOf("validation", 0, labels[0] ?? [])];
  return { source: folder.path, training, validation, masks };
}

const check = async (dataSet: DataSet) => {
  const report = await checkData(dataSet, { channels: 1 });
  const problems = report.problems.filter(({ code }) => code !== "data/in-both"); // some cases below use a pair twice
  return { report, problems, codes: problems.map(({ code }) => code) };
};
const halves = (left: number, right: number) => Array.from({ length: 4 }, () => [left, left, right, right]);

describe("checkData", () => {
  it("warns of floating-point images among integer ones: their values are of another range", async () => {
    const data = await dataOf(masksOf(["a", "b"], [0, 255]), [halves(0, 255), halves(0, 255)]);
    const samples = Float32Array.from({ length: 16 }, (_, i) => 100 * i);
    const image = await folder.bytes("float.tif", tiffFile([{ width: 4, height: 4, channels: 1, samples }]));
    const floating = (pairs: readonly Pair[]) => pairs.map((pair) => ({ ...pair, image }));
    const mixed = await check({ ...data, validation: floating(data.validation) });
    expect(mixed.problems).toMatchObject([
      { code: "data/mixed-samples", severity: "warning", files: [image] },
    ]);
    const alone = { ...data, training: floating(data.training), validation: floating(data.validation) };
    expect((await check(alone)).codes).toEqual([]);
    const { mean, deviation } = await measureNormalisation(alone, imageOf(1)); // of the values as they are
    expect(mean[0]).toBeCloseTo(750, 6);
    expect(deviation[0]).toBeCloseTo(100 * Math.sqrt((16 ** 2 - 1) / 12), 6);
  });

  it("reads the test pairs only where asked, and tells images that are trained and tested on", async () => {
    const data = await dataOf(masksOf(["a", "b"], [0, 255]), [halves(0, 255), halves(0, 255)]);
    const [first] = data.training;
    if (first === undefined) throw new Error("there is a pair");
    const damaged = { ...first, name: "damaged", image: await folder.bytes("damaged.png", "no image") };
    const tested = { ...data, test: [damaged, first] };
    const trained = await checkData(tested, { channels: 1 });
    expect(trained.problems.map(({ code }) => code)).toEqual(["data/in-both"]);
    const whole = await checkData(tested, { channels: 1, test: true });
    expect(whole.problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^data\/unreadable .*damaged\.png/),
      "data/in-both 1 image used both for training and for the test",
    ]);
    expect(whole.images).toBe(5);
    expect(whole.classPixels).toEqual(trained.classPixels);
  });

  it("counts classes, ignored pixels and sizes", async () => {
    const masks = masksOf(["a", "b"], [0, 255], [7]);
    const { report, codes } = await check(
      await dataOf(masks, [halves(0, 255), halves(0, 7), flat(4, 4, 255)]),
    );
    expect(codes).toEqual([]);
    expect(report).toMatchObject({
      images: 4,
      classPixels: [16, 24],
      classImages: [2, 2],
      classImagePixels: [24, 32],
      ignoredPixels: 8,
      sizes: [[4, 4, 4]],
      trainingSizes: [[4, 4, 3]],
      validationSizes: [[4, 4, 1]],
    });
  });

  it("writes the masks entry that a {0, 255} mask wants", async () => {
    const { problems } = await check(
      await dataOf(masksOf(["membrane", "cell"]), [halves(0, 255), flat(4, 4, 255)]),
    );
    expect(problems[0]).toMatchObject({
      severity: "error",
      code: "labels/undeclared-value",
      message: "label images contain values that belong to no class: 255 (32 pixels)",
      count: 3,
      help: expect.stringContaining("write masks [membrane = 0, cell = 255] in the train section"),
    });
    expect(problems[0]?.files[0]).toMatch(/label\/0\.png$/);
  });

  it("takes one value too many for void and says how to ignore it", async () => {
    const plain = await check(await dataOf(masksOf(["sky", "road"]), [halves(0, 1), halves(1, 2)]));
    expect(plain.problems[0]?.help).toContain("write masks indices, ignore = 2 in");
    const declared = await check(
      await dataOf(masksOf(["sky", "road"], [10, 20]), [halves(10, 20), halves(20, 255)]),
    );
    expect(declared.problems[0]?.help).toContain("write masks [sky = 10, road = 20], ignore = 255 in");
    const both = await check(await dataOf(masksOf(["sky", "road"]), [halves(0, 100), halves(100, 255)]));
    expect(both.problems[0]?.help).toContain("write masks [sky = 0, road = 100], ignore = 255 in");
  });

  it("offers both meanings where the values could be the classes or hold a void, and names classes that have no name", async () => {
    const counted = masksOf(["class 0", "class 1", "class 2"], undefined, [7]);
    const { problems } = await check(await dataOf(counted, [halves(0, 1), halves(255, 7)]));
    expect(problems[0]?.help).toBe(
      "if the values are the classes in this order, write masks [class_0 = 0, class_1 = 1, class_2 = 255], ignore = 7 in the train section; if 255 marks pixels of no class, write masks indices, ignore = [7, 255]",
    );
  });

  it("recognises masks that were blurred", async () => {
    const ramp = Array.from({ length: 4 }, () => [
      ...Array(40).fill(0),
      ...Array.from({ length: 24 }, (_, i) => 10 * i + 5),
      ...Array(80).fill(255),
    ]);
    const image = await folder.grey("wide.png", flat(4, 144, 0));
    const label = await folder.grey("ramp.png", ramp);
    const pair = { name: "r", image, label };
    const { problems } = await check({
      source: "",
      training: [pair],
      validation: [pair],
      masks: masksOf(["a", "b"]),
    });
    expect(problems[0]?.help).toMatch(
      /look like masks that were blurred.*26 levels.*at 0 and 255.*masks \[a = 0, b = 255\]/,
    );
  });

  it("maps colours, in RGB files and in palettes", async () => {
    const masks = masksOf(["a", "b"], ["#ff0000", "#00FF00"]);
    const image = await folder.grey("i.png", flat(1, 2, 0));
    const rgb = encode({ width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 0, 255, 0) });
    const palette = [
      [0, 255, 0],
      [255, 0, 0],
    ];
    const indexed = encode({ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 1), palette });
    const stray = encode({ width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 0, 0, 254) });
    const pairs = [
      { name: "1", image, label: await folder.bytes("rgb.png", rgb) },
      { name: "2", image, label: await folder.bytes("indexed.png", indexed) },
    ];
    const fine = await check({ source: "", training: pairs, validation: pairs, masks });
    expect(fine.codes).toEqual([]);
    expect(fine.report.classPixels).toEqual([2, 2]);
    const wrong = [{ name: "3", image, label: await folder.bytes("stray.png", stray) }, ...pairs];
    const { problems } = await check({ source: "", training: wrong, validation: pairs, masks });
    expect(problems[0]?.message).toContain("#0000fe (1 pixel)");
    expect(problems[0]?.help).toContain('masks [a = "#ff0000", b = "#00FF00"], ignore = "#0000fe"');
  });

  it("takes grey masks saved as RGB for their levels", async () => {
    const image = await folder.grey("i.png", flat(1, 2, 0));
    const rgb = encode({ width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 0, 0, 255, 255, 255) });
    const pairs = [{ name: "1", image, label: await folder.bytes("rgb.png", rgb) }];
    const { report, codes } = await check({
      source: "",
      training: pairs,
      validation: pairs,
      masks: masksOf(["a", "b"], [0, 255]),
    });
    expect(codes).toEqual([]);
    expect(report.classPixels).toEqual([1, 1]);
  });

  it("names files that are empty, damaged, lossy or of another size, and continues", async () => {
    const masks = masksOf(["a", "b"]);
    const dataSet = await dataOf(masks, [halves(0, 1), flat(3, 4, 0)]);
    const label = await folder.grey("l.png", halves(0, 1));
    const image = await folder.grey("i.png", halves(0, 1));
    const png = encode({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) });
    const bad: Pair[] = [
      { name: "e", image: await folder.bytes("empty.png", ""), label },
      { name: "s", image: await folder.bytes("short.png", png.subarray(0, 50)), label },
      { name: "j", image, label: await folder.bytes("label.jpg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)) },
      { name: "m", image: join(folder.path, "missing.png"), label },
    ];
    const { problems, report } = await check({ ...dataSet, training: [...dataSet.training, ...bad] });
    const byCode = new Map(problems.map((problem) => [problem.code, problem]));
    expect([...byCode.keys()].sort()).toEqual(["data/empty", "data/size-differs", "data/unreadable"]);
    expect(byCode.get("data/empty")?.message).toMatch(/empty\.png is empty/);
    expect(byCode.get("data/unreadable")?.count).toBe(3);
    expect(byCode.get("data/unreadable")?.files.join()).toMatch(/short\.png.*label\.jpg.*missing\.png/);
    expect(byCode.get("data/size-differs")?.message).toMatch(
      /label\/1\.png has 3×4 pixels, .*image\/1\.png has 4×4/,
    );
    expect(report.classPixels[1]).toBe(32); // the pairs that could be read: 0, e, s and m have halves
  });

  it("warns of a class that never occurs and of labels that are all ignored", async () => {
    const { problems } = await check(
      await dataOf(masksOf(["a", "b", "c"], undefined, [255]), [halves(0, 1), flat(4, 4, 255)]),
    );
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "warning labels/all-ignored",
      "warning labels/class-absent",
    ]);
    expect(problems[1]?.message).toBe("no training label contains class c");
  });

  it("warns of images both for training and for validation on", async () => {
    const { training, ...rest } = await dataOf(masksOf(["a"]), [flat(4, 4, 0)]);
    const report = await checkData({ ...rest, training, validation: training }, { channels: 1 });
    expect(report.problems.map(({ code }) => code)).toEqual(["data/in-both"]);
  });
});

describe("classWeightsBy", () => {
  // frequencies 0.5, 0.1, 0.25; the last class has no pixel
  const counts = { classPixels: [50, 10, 10, 0], classImagePixels: [100, 100, 40, 0] };
  const close = (found: readonly number[], expected: readonly number[]) => {
    expect(found).toHaveLength(expected.length);
    for (const [c, weight] of expected.entries()) expect(found[c]).toBeCloseTo(weight, 12);
  };

  it("median_frequency is the median frequency over each class's frequency in the images that hold it", () => {
    expect(classWeightsBy("median_frequency", counts)).toEqual([0.5, 2.5, 1, 1]);
  });

  it("median_frequency takes the mean of the middle two for an even number of classes", () => {
    const even = { classPixels: [60, 20], classImagePixels: [80, 80] };
    expect(classWeightsBy("median_frequency", even)).toEqual([0.5 / 0.75, 2]);
  });

  it("inverse_frequency is all pixels over the classes that occur times the pixels of the class", () => {
    close(classWeightsBy("inverse_frequency", counts), [70 / 150, 70 / 30, 70 / 30, 1]);
  });

  it("enet is one over the logarithm of 1.02 and the class's share of the pixels", () => {
    close(classWeightsBy("enet", counts), [
      1 / Math.log(1.02 + 50 / 70),
      1 / Math.log(1.02 + 10 / 70),
      1 / Math.log(1.02 + 10 / 70),
      1,
    ]);
  });

  it("effective_number is one over a geometric sum of as many terms as the class has pixels, with the mean 1", () => {
    // (1 − βⁿ) / (1 − β) = 1 + β + … + βⁿ⁻¹
    const beta = 69 / 70;
    const number = (n: number) => Array.from({ length: n }, (_, i) => beta ** i).reduce((a, b) => a + b, 0);
    const raw = [1 / number(50), 1 / number(10), 1 / number(10)];
    const scale = 3 / raw.reduce((a, b) => a + b, 0);
    close(classWeightsBy("effective_number", counts), [...raw.map((weight) => weight * scale), 1]);
  });
});

describe("measureNormalisation", () => {
  it("is the mean and deviation of all pixels, scaled to 0 … 1", async () => {
    const dataSet = await dataOf(masksOf(["a"]), [flat(4, 4, 0), flat(4, 4, 0), flat(4, 4, 0)]); // images 0, 10, 20
    const { mean, deviation } = await measureNormalisation(dataSet, imageOf(1));
    expect(mean[0]).toBeCloseTo(10 / 255, 12);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(200 / 3) / 255, 12);
  });

  it("gives a constant channel deviation 1", async () => {
    const dataSet = await dataOf(masksOf(["a"]), [flat(4, 4, 0)]);
    expect(await measureNormalisation(dataSet, imageOf(3))).toEqual({
      mean: [0, 0, 0],
      deviation: [1, 1, 1],
    });
  });
});
