import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import { beforeAll, describe, expect, it } from "vitest";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, trainTiny, writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
const tiny = ["tiny.fcn", "--weights", "run/weights.safetensors", "--engine", "wasm"];
const run = (...words: readonly string[]) => fcn(directory, ...words);
const png = (...path: readonly string[]) => decode(readFileSync(join(directory, ...path)));
// Kernels that change these small, noisy scenes much, so that a field that is not applied is noticed.
const strong = ["--crf-set", "appearance_colour=20", "--crf-set", "smoothness_position=2"];

beforeAll(async () => {
  await writeTiny(directory);
  await trainTiny(directory);
});

describe("fcn predict --crf", () => {
  it("refines labels, overlay and probabilities alike", async () => {
    const image = "data/images/train/00001.png";
    const predict = (out: string, ...more: readonly string[]) =>
      run("predict", ...tiny, image, "--out", out, "--probabilities", ...more);
    expect(await predict("plain")).toMatchObject({ status: 0 });
    expect(await predict("refined", "--crf", ...strong)).toMatchObject({ status: 0 });
    for (const file of readdirSync(join(directory, "plain"))) {
      expect([file, [...png("plain", file).data]]).not.toEqual([file, [...png("refined", file).data]]);
    }
    const labels = png("refined", "00001.labels.png");
    const [background, disc] = ["background", "disc"].map((name) =>
      png("refined", `00001.probability-${name}.png`),
    );
    background?.data.forEach((value, pixel) => {
      const other = disc?.data[pixel] ?? Number.NaN;
      expect(Math.abs(value + other - 65535)).toBeLessThanOrEqual(1); // both are rounded
      if (value !== other) expect(labels.data[pixel]).toBe(other > value ? 1 : 0);
    });
  });

  it("refuses parameters that do not exist or mean nothing, before anything is read", async () => {
    const predict = (...more: readonly string[]) =>
      run("predict", "no.fcn", "no.png", "--weights", "w", "--out", "o", ...more);
    expect(await predict("--crf-set", "theta=3")).toMatchObject({
      status: 2,
      err:
        'error: --crf-set theta=3: the conditional random field has no parameter "theta"\n' +
        "help: it has appearance_weight, appearance_position, appearance_colour, smoothness_weight, smoothness_position, iterations\n",
    });
    expect(await predict("--crf-set", "appearance_position=-4")).toMatchObject({
      status: 2,
      err: expect.stringContaining("expected pixels, from 0.1 to 10000"),
    });
    expect(await predict("--crf-set", "iterations")).toMatchObject({
      status: 2,
      err: expect.stringContaining("write, for example, --crf-set iterations=5"),
    });
  });

  it("refuses an output without probabilities, naming it and the way out", async () => {
    writeFileSync(
      join(directory, "bare.fcn"),
      tinyProgram.replace("output labels by softmax", "output labels"),
    );
    const [, ...weights] = tiny;
    const { status, err } = await run(
      ...["predict", "bare.fcn", ...weights, "data/images/val/00000.png", "--out", "bare", "--crf"],
    );
    expect(status).toBe(1);
    expect(err).toContain('error: output "labels" of Tiny does not give class probabilities');
    expect(err).toContain("help: end it by softmax: output labels by softmax");
  });

  it("says in its help what the parameters are, in which units", async () => {
    const { out } = await run("predict", "--help");
    expect(out).toMatch(/appearance_position=67 [^=]*pixels/);
    expect(out).toMatch(/appearance_colour=3 [^=]*grey levels of\s+255/);
    expect(out).toMatch(/iterations=10 /);
  });
});

describe("fcn evaluate --crf --trimap", () => {
  it("measures the same predictions that fcn predict --crf writes, beside the network's own", async () => {
    const evaluated = await run("evaluate", ...tiny, "--crf", ...strong, "--trimap", "1,3", "--json");
    expect(evaluated).toMatchObject({ status: 0 });
    const answer = JSON.parse(evaluated.out);
    const alone = JSON.parse((await run("evaluate", ...tiny, "--json")).out);
    const { crf, trimap, ...network } = answer;
    expect(network).toEqual(alone);
    expect(crf.parameters).toMatchObject({ appearance_colour: 20, smoothness_position: 2, iterations: 10 });
    expect(crf.classes.labels.confusion).not.toEqual(network.classes.labels.confusion);
    expect(crf.classes.labels.pixels).toBe(network.classes.labels.pixels);
    expect(trimap.labels.map((band: { width: number }) => band.width)).toEqual([1, 3]);
    expect(crf.trimap.labels[1].pixels).toBe(trimap.labels[1].pixels);
    expect(trimap.labels[0].pixels).toBeLessThan(trimap.labels[1].pixels);
    expect(trimap.labels[1].pixels).toBeLessThan(network.classes.labels.pixels);

    const all = JSON.parse((await run("evaluate", ...tiny, "--split", "all", ...strong, "--json")).out);
    const names = readdirSync(join(directory, "data/images/train"));
    const images = names.map((name) => `data/images/train/${name}`);
    expect(all.images).toBe(images.length);
    await run("predict", ...tiny, ...images, "--out", "written", ...strong);
    const counts = [
      [0, 0],
      [0, 0],
    ];
    for (const name of names) {
      const labels = png("data/labels/train", name).data;
      png("written", name.replace(".png", ".labels.png")).data.forEach((predicted, i) => {
        const row = counts[labels[i] ?? -1];
        if (row !== undefined) row[predicted] = (row[predicted] ?? 0) + 1;
      });
    }
    expect(all.crf.classes.labels.confusion).toEqual(counts);
    expect(all.trimap).toBeUndefined();
  });

  it("without iterations measures what the network alone gives", async () => {
    const { out } = await run("evaluate", ...tiny, "--crf-set", "iterations=0", "--trimap", "2", "--json");
    const { crf, ...network } = JSON.parse(out);
    expect(crf.classes).toEqual(network.classes);
    expect(crf.trimap).toEqual(network.trimap);
  });

  it("shows both as tables", async () => {
    const { out } = await run("evaluate", ...tiny, "--crf", "--trimap", "2");
    expect(out).toMatch(/^without the conditional random field\n\nmean IoU 0\.\d{3} /);
    expect(out).toMatch(/\n\nwith the conditional random field\n\nmean IoU 0\.\d{3} /);
    expect(
      out.match(
        /^within 2 px of a label boundary: mean IoU 0\.\d{3} {3}pixel accuracy 0\.\d{3} {3}[\d,]+ pixels$/gm,
      ),
    ).toHaveLength(2);
  });

  it.each(["0", "2.5", "two", "4,", "1000"])("refuses --trimap %s", async (width) => {
    const { status, err } = await run("evaluate", ...tiny, "--trimap", width);
    expect(status).toBe(2);
    expect(err).toContain(
      `error: --trimap ${width} is not a distance\nhelp: write whole pixels from 1 to 100`,
    );
  });
});
