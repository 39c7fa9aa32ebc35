/** What `fcn predict` writes beside labels and overlays, and where. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readImage } from "../../runtime/images/read-image.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import type { Ring } from "../../runtime/polygons/island-rings.ts";
import { drawn } from "../support/drawn-rings.ts";
import { fcn, fcnProgram, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, trainTiny, writeTiny } from "./tiny-run.ts";

const image = "data/images/train/00000.png";
const weights = ["--weights", "run/weights.safetensors", "--engine", "wasm"];
const [height, width] = [40, 56];

const directory = workingDirectory();
const run = (...words: readonly string[]) => fcn(directory, ...words);
const bytes = (...path: readonly string[]) => readFileSync(join(directory, ...path));
const json = (...path: readonly string[]) => JSON.parse(bytes(...path).toString("utf8"));

beforeAll(async () => {
  await writeTiny(directory, tinyProgram, "--count", "4", "--size", `${height}x${width}`);
  await trainTiny(directory, "--epochs", "1");
  const all = ["--format", "png,tiff,npy", "--probabilities", "--geojson", "--coco", "--legend", "--gallery"];
  const predicted = await run("predict", "tiny.fcn", ...weights, image, "--out", "all", ...all);
  expect(predicted, predicted.err).toMatchObject({
    status: 0,
    out: "all/00000.labels.png\nall/annotations.json\nall/legend.svg\nall/index.html\n",
  });
}, 60_000);

const labels = async () => (await readLabel(join(directory, "all/00000.labels.png"))).values;
/** Behind the header, which ends with the first line. */
const npyData = (file: Buffer) => file.subarray(file.indexOf(10) + 1);

describe("fcn predict", () => {
  it("writes the same labels and probabilities as PNG, TIFF and NPY", async () => {
    expect(readdirSync(join(directory, "all")).sort()).toEqual([
      "00000.geojson",
      "00000.labels.npy",
      "00000.labels.png",
      "00000.labels.tif",
      "00000.overlay.png",
      "00000.probabilities.npy",
      "00000.probabilities.tif",
      "00000.probability-background.png",
      "00000.probability-disc.png",
      "annotations.json",
      "index.html",
      "legend.svg",
    ]);
    const classes = [...(await labels())];
    expect([...npyData(bytes("all/00000.labels.npy"))]).toEqual(classes);
    expect([...(await readImage(join(directory, "all/00000.labels.tif"))).data]).toEqual(classes);
    const values = new Float32Array(Uint8Array.from(npyData(bytes("all/00000.probabilities.npy"))).buffer);
    expect(values).toHaveLength(2 * height * width);
    for (const [label, name] of ["background", "disc"].entries()) {
      const { data } = await readImage(join(directory, `all/00000.probability-${name}.png`));
      expect([...data]).toEqual(
        Array.from(data, (_, pixel) => Math.round(65535 * (values[2 * pixel + label] ?? 0))),
      );
    }
  });

  it("writes islands whose polygons, drawn again, are the labels", async () => {
    const mask = Uint8Array.from(await labels());
    expect(mask.includes(1)).toBe(true);
    const geo = json("all/00000.geojson");
    expect(geo).toMatchObject({ type: "FeatureCollection", image: { file: "00000.png", height, width } });
    const again = new Uint8Array(height * width);
    for (const { geometry, properties } of geo.features) {
      expect(properties).toMatchObject({ class: "disc", class_index: 1 });
      const rings = geometry.coordinates as readonly Ring[]; // of our own writing
      for (const ring of rings) expect(ring[0]).toEqual(ring.at(-1));
      for (const [pixel, inside] of drawn(
        rings.map((ring) => ring.slice(1)),
        height,
        width,
      ).entries())
        if (inside === 1) again[pixel] = 1;
    }
    expect(again).toEqual(mask);
    const coco = json("all/annotations.json");
    expect(coco).toMatchObject({
      images: [{ id: 1, file_name: "00000.png", width, height }],
      categories: [{ id: 1, name: "disc" }],
    });
    const united = new Uint8Array(height * width);
    let area = 0;
    for (const annotation of coco.annotations) {
      area += annotation.area;
      for (const flat of annotation.segmentation as readonly (readonly number[])[]) {
        const ring = Array.from(
          { length: flat.length / 2 },
          (_, i) => [flat[2 * i] ?? 0, flat[2 * i + 1] ?? 0] as const,
        );
        for (const [pixel, inside] of drawn([ring], height, width).entries())
          if (inside === 1) united[pixel] = 1;
      }
    }
    expect(united).toEqual(mask);
    expect(area).toBe(mask.filter((label) => label === 1).length);
  });

  it("makes a gallery in one file, and a legend", () => {
    const page = bytes("all/index.html").toString("utf8");
    expect(page).toContain('<meta name="viewport"');
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page.match(/src="data:image\/(jpeg|png);base64,/g)).toHaveLength(3);
    expect(page).not.toMatch(/(src|href)="(https?:|\/)/);
    const linked = [...page.matchAll(/href="([^"]+)"/g)].map(([, name]) => name ?? "").sort();
    expect(linked).toEqual(
      readdirSync(join(directory, "all"))
        .filter((name) => name.startsWith("00000"))
        .sort(),
    );
    expect(linked).toContain("00000.labels.png");
    expect(linked).toContain("00000.geojson");
    expect(bytes("all/legend.svg").toString("utf8")).toMatch(/^<svg[\s\S]*background[\s\S]*disc/);
  });

  it("takes an image from standard input and gives its labels to standard output", async () => {
    const words = ["predict", "tiny.fcn", ...weights, "-"];
    const piped = spawnSync(process.execPath, [fcnProgram, ...words, "--out", "-"], {
      cwd: directory,
      input: bytes(image),
    });
    expect(piped.status, piped.stderr.toString()).toBe(0);
    expect(piped.stdout).toEqual(bytes("all/00000.labels.png"));
    const kept = spawnSync(process.execPath, [fcnProgram, ...words, "--out", "piped", "--no-overlay"], {
      cwd: directory,
      input: bytes(image),
    });
    expect(kept.stdout.toString()).toBe("piped/stdin.labels.png\n");
    expect(readdirSync(join(directory, "piped"))).toEqual(["stdin.labels.png"]);
    const empty = await run(...words, "--out", "none");
    expect(empty).toMatchObject({ status: 1, out: "" });
    expect(empty.err).toContain("error: standard input is empty");
    expect(existsSync(join(directory, "none"))).toBe(false);
  });

  it("writes entropy and mutual information of predictions with dropout, and says their scale", async () => {
    const dropped = tinyProgram
      .replaceAll("Tiny", "Dropped")
      .replace("conv(classes, 1x1)", "dropout(0.5)\n  conv(classes, 1x1)");
    writeFileSync(join(directory, "dropped.fcn"), dropped);
    const trained = await run("train", "dropped.fcn", "--epochs", "1", "--engine", "wasm", "--out", "drop");
    expect(trained, trained.err).toMatchObject({ status: 0 });
    const predict = (out: string, ...more: readonly string[]) =>
      run(
        ...["predict", "dropped.fcn", "--weights", "drop/weights.safetensors", "--engine", "wasm", image],
        ...["--out", out, "--uncertainty", "--format", "png,npy", "--no-overlay", ...more],
      );
    const { status, err } = await predict("unsure", "--mc-dropout", "5", "--seed", "3");
    expect(status, err).toBe(0);
    expect(err).toContain("each prediction is the mean of 5 dropout masks (seed 3)");
    expect(err).toContain(
      "entropy and mutual information are in nats; in PNG files, 65535 is ln(number of classes)",
    );
    const floats = (name: string) =>
      new Float32Array(Uint8Array.from(npyData(bytes(`unsure/00000.${name}.npy`))).buffer);
    for (const name of ["entropy", "mutual-information"]) {
      const values = floats(name);
      expect(Math.max(...values)).toBeGreaterThan(0);
      expect(Math.max(...values)).toBeLessThanOrEqual(Math.log(2) + 1e-6);
      const { data } = await readImage(join(directory, `unsure/00000.${name}.png`));
      expect([...data]).toEqual(
        Array.from(values, (value) => Math.round(65535 * Math.min(1, value / Math.log(2)))),
      );
    }
    const entropy = floats("entropy");
    expect(floats("mutual-information").every((value, i) => value <= (entropy[i] ?? 0) + 1e-6)).toBe(true);
    const alone = await predict("alone");
    expect(alone.err).toContain(
      "--uncertainty compares several predictions of an image, and only one is asked for",
    );
    const without = await run("predict", "tiny.fcn", ...weights, image, "--out", "x", "--mc-dropout", "5");
    expect(without.status).toBe(1);
    expect(without.err).toContain("Tiny has no dropout: every prediction of --mc-dropout would be the same");
    const spread = [...weights, "--weights", "run2/weights.safetensors", "--uncertainty"];
    const second = await run(
      "train",
      "tiny.fcn",
      "--epochs",
      "1",
      "--engine",
      "wasm",
      "--seed",
      "4",
      "--out",
      "run2",
    );
    expect(second.status, second.err).toBe(0);
    expect(await run("predict", "tiny.fcn", ...spread, image, "--out", "spread")).toMatchObject({
      status: 0,
    });
    expect(readdirSync(join(directory, "spread"))).toContain("00000.mutual-information.png");
  }, 60_000);

  it.each([
    [["--out", "-", "--coco"], "--out - writes one file"],
    [["--out", "x", "--format", "jpg"], '--format jpg: there is no format "jpg"'],
    [["--out", "x", "--coco", "--polygon-classes", "cat"], 'there is no class "cat"'],
  ])("refuses %s", async (words, message) => {
    const { status, err } = await run("predict", "tiny.fcn", ...weights, image, ...words);
    expect(status).not.toBe(0);
    expect(err).toContain(message);
    expect(existsSync(join(directory, "x"))).toBe(false);
  });
});
