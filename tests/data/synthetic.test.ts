import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { labOf } from "../../compiler/colour/lab.ts";
import type { LinearColour } from "../../compiler/colour/oklch.ts";
import { srgbEncoded } from "../../compiler/colour/srgb.ts";
import { checkData } from "../../runtime/data/check.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { blemished } from "../../runtime/data/synthetic/blemishes.ts";
import { changesBetween, depthUnit, renderScene } from "../../runtime/data/synthetic/render.ts";
import { drawScene, laterScene, type Scene } from "../../runtime/data/synthetic/scene.ts";
import { solidKinds } from "../../runtime/data/synthetic/solid.ts";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { Random } from "../../runtime/random.ts";
import { UserError } from "../../runtime/user-error.ts";
import { type Folder, masksOf, temporaryFolder } from "./fixture.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** One hash over all files below a folder, names included. */
async function hashOf(directory: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(directory.length)).update(await readFile(file));
  return hash.digest("hex");
}

/** Normals as stored, [-1, 1], with y turned down again. */
function normalAt(normals: Uint8Array, i: number): [number, number, number] {
  const part = (c: number) => (normals[i * 3 + c] ?? 0) / 127.5 - 1;
  return [part(0), -part(1), part(2)];
}

describe("writeSyntheticScenes", () => {
  const options = { count: 5, size: [24, 40], seed: 3, validate: 0.4 } as const;

  it("writes the same bytes for the same seed, and others for another", async () => {
    const [first, again, other] = ["a", "b", "c"].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    await writeSyntheticScenes(first, options);
    await writeSyntheticScenes(again, options);
    await writeSyntheticScenes(other, { ...options, seed: 4 });
    expect(await hashOf(again)).toBe(await hashOf(first));
    expect(await hashOf(other)).not.toBe(await hashOf(first));
  });

  it("writes a data set that opens as it is and has nothing wrong with it", async () => {
    const directory = join(folder.path, "scenes");
    const classes = await writeSyntheticScenes(directory, { ...options, count: 20 });
    expect(classes).toEqual(["background", "disc", "box", "triangle"]);
    const dataSet = await openDataSet(undefined, masksOf(classes), {
      baseDirectory: ".",
      override: directory,
    });
    expect([dataSet.training.length, dataSet.validation.length]).toEqual([12, 8]);
    const report = await checkData(dataSet, { channels: 3 });
    expect(report.problems).toEqual([]);
    expect(report.sizes).toEqual([[24, 40, 20]]);
    expect(Math.min(...report.classPixels)).toBeGreaterThan(0);
  });

  it("writes each picture in the form that scenes.json states", async () => {
    const directory = join(folder.path, "scenes");
    await writeSyntheticScenes(directory, options);
    const file = (kind: string) => join(directory, kind, "val", "00001.png");
    expect(await readImage(file("images"))).toMatchObject({
      channels: 3,
      fullScale: 255,
      height: 24,
      width: 40,
    });
    expect((await readLabel(file("labels"))).kind).toBe("palette");
    expect(await readImage(file("depth"))).toMatchObject({ channels: 1, fullScale: 65535 });
    expect((await readImage(file("normals"))).channels).toBe(3);
    expect(new Set((await readLabel(file("boundaries"))).values)).toEqual(new Set([0, 1]));
    const facts = JSON.parse(await readFile(join(directory, "scenes.json"), "utf8"));
    expect(facts).toMatchObject({ version: 4, seed: 3, size: [24, 40], train: 3, val: 2 });
  });

  it("numbers the things of a scene in `instances`, each of one class", async () => {
    const directory = join(folder.path, "scenes");
    await writeSyntheticScenes(directory, options);
    const file = (kind: string) => join(directory, kind, "train", "00002.png");
    const [instances, labels] = [await readLabel(file("instances")), await readLabel(file("labels"))];
    const classes = new Map<number, Set<number>>();
    for (const [i, number] of instances.values.entries())
      classes.set(number, (classes.get(number) ?? new Set()).add(labels.values[i] ?? -1));
    expect(classes.get(0)).toEqual(new Set([0]));
    expect(classes.size).toBeGreaterThan(2);
    for (const [number, own] of classes) expect(own.size, `thing ${number}`).toBe(1);
  });

  it("lists the class of each whole image: of the thing that shows most pixels", async () => {
    const directory = join(folder.path, "scenes");
    await writeSyntheticScenes(directory, options);
    const text = await readFile(join(directory, "kinds", "train.csv"), "utf8");
    const [head, ...lines] = text.trimEnd().split("\n");
    expect(head).toBe("image,class");
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const [image = "", kind] = line.split(",");
      const { values } = await readLabel(join(directory, "labels", "train", image));
      const counts = ["disc", "box", "triangle"].map(
        (_, i) => [...values].filter((label) => label === i + 1).length,
      );
      expect(counts[["disc", "box", "triangle"].indexOf(kind ?? "")]).toBe(Math.max(...counts));
    }
  });

  it("writes a later picture and what changed where asked, and the rest as without", async () => {
    const [plain, paired] = [join(folder.path, "plain"), join(folder.path, "paired")];
    await writeSyntheticScenes(plain, options);
    await writeSyntheticScenes(paired, { ...options, changes: true });
    expect(await readdir(plain)).not.toContain("later");
    for (const kind of ["images", "labels", "instances"])
      expect(await hashOf(join(paired, kind))).toBe(await hashOf(join(plain, kind)));
    const file = (kind: string) => join(paired, kind, "val", "00001.png");
    expect(await readImage(file("later"))).toMatchObject({ channels: 3, height: 24, width: 40 });
    expect(new Set((await readLabel(file("changes"))).values)).toEqual(new Set([0, 1]));
    const facts = JSON.parse(await readFile(join(paired, "scenes.json"), "utf8"));
    expect(Object.keys(facts)).toEqual(expect.arrayContaining(["later", "changes"]));
    await expect(writeSyntheticScenes(paired, options)).rejects.toThrow(/holds other synthetic scenes/);
  });

  it("writes over the same scenes, and over nothing else", async () => {
    const directory = join(folder.path, "scenes");
    await writeSyntheticScenes(directory, options);
    const before = await hashOf(directory);
    await writeSyntheticScenes(directory, options);
    expect(await hashOf(directory)).toBe(before);
    await expect(writeSyntheticScenes(directory, { ...options, count: 6 })).rejects.toThrow(
      /holds other synthetic scenes/,
    );
    await folder.bytes("mine/notes.txt", "keep me");
    await expect(writeSyntheticScenes(join(folder.path, "mine"), options)).rejects.toThrow(/is not empty/);
  });

  it("refuses options out of range", async () => {
    const refused = [
      { count: 0 },
      { size: [8, 8] as const },
      { validate: 1 },
      { classes: [] },
      { classes: ["disc", "disc"] as const },
    ];
    for (const change of refused) {
      await expect(writeSyntheticScenes(join(folder.path, "x"), { ...options, ...change })).rejects.toThrow(
        UserError,
      );
    }
  });
});

describe("spots to retouch", () => {
  const size = [60, 90] as const;
  const random = new Random(5);
  const { image } = renderScene(drawScene(size, ["disc"], random), random);

  it("change some of the picture and leave the rest as it was, the same for the same seed", () => {
    const spotted = blemished(image, size, new Random(3));
    expect(spotted).toEqual(blemished(image, size, new Random(3)));
    expect(spotted).not.toEqual(blemished(image, size, new Random(4)));
    const changed = spotted.filter((value, i) => value !== image[i]).length / image.length;
    expect(changed).toBeGreaterThan(0.03);
    expect(changed).toBeLessThan(0.5);
  });
});

describe("a scene later", () => {
  const size = [48, 64] as const;
  const kinds = ["disc", "box", "triangle"] as const;
  const scenes = (seed: number) => {
    const before = drawScene(size, kinds, new Random(seed));
    return { before, after: laterScene(before, kinds, new Random(seed, "later")) };
  };
  const pair = (seed: number) => {
    const { before, after } = scenes(seed);
    const images = [renderScene(before, new Random(1)), renderScene(after, new Random(2))] as const;
    return { before, after, images, changes: changesBetween([before, images[0]], [after, images[1]]) };
  };

  it("lacks some things and has others, and its ground is the same", () => {
    const counts = { kept: 0, gone: 0, come: 0 };
    for (let seed = 0; seed < 40; seed++) {
      const { before, after } = scenes(seed);
      expect(after.ground).toBe(before.ground);
      for (const thing of before.things) after.things.includes(thing) ? counts.kept++ : counts.gone++;
      counts.come += after.things.filter((thing) => !before.things.includes(thing)).length;
    }
    // about half of two to four things, and one or two
    expect(counts.kept / (counts.kept + counts.gone)).toBeGreaterThan(0.4);
    expect(counts.kept / (counts.kept + counts.gone)).toBeLessThan(0.6);
    expect(counts.come).toBeGreaterThanOrEqual(40);
  });

  it("has changed where another thing is seen, and not where only light and noise are others", () => {
    let changed = 0;
    for (let seed = 0; seed < 10; seed++) {
      const { before, after, images, changes } = pair(seed);
      for (const [i, value] of changes.entries()) {
        const [was, is] = [images[0].instances[i] ?? 0, images[1].instances[i] ?? 0];
        expect(value).toBe(before.things[was - 1] === after.things[is - 1] ? 0 : 1);
        if (value === 0) expect(images[0].labels[i]).toBe(images[1].labels[i]);
        changed += value;
      }
    }
    const share = changed / (10 * size[0] * size[1]);
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.6);
  });
});

describe("a rendered scene", () => {
  const size = 96;
  const render = (scene: Scene) => renderScene(scene, new Random(1));
  const drawn = (seed: number) => drawScene([size, size], solidKinds, new Random(seed));
  /** Whether pixel i and its four neighbours lie inside the picture and inside one thing. */
  const inner = (boundaries: Uint8Array, i: number) =>
    i >= size && i < size * (size - 1) && i % size > 0 && i % size < size - 1 && boundaries[i] === 0;

  it("has a boundary wherever the class changes, on both sides", () => {
    const { labels, boundaries } = render(drawn(1));
    for (let i = 0; i < labels.length; i++) {
      if (i % size < size - 1 && labels[i] !== labels[i + 1]) {
        expect([boundaries[i], boundaries[i + 1]]).toEqual([1, 1]);
      }
    }
  });

  it("has normals that are the slopes of its depth", () => {
    let compared = 0;
    for (const seed of [1, 2, 3, 4]) {
      const { depth, normals, boundaries } = render(drawn(seed));
      for (let i = 0; i < depth.length; i++) {
        const [nx, ny, nz] = normalAt(normals, i);
        const flat = [i - 1, i + 1, i - size, i + size].every((j) => {
          const other = normalAt(normals, j);
          return Math.abs(other[0] - nx) + Math.abs(other[1] - ny) < 0.1; // no ridge in between, little curvature
        });
        if (!inner(boundaries, i) || nz < 0.7 || !flat) continue;
        const slope = (step: number) =>
          (-((depth[i + step] ?? 0) - (depth[i - step] ?? 0)) / depthUnit / 2) * size;
        // normals have 8 bits: 0.004 in each part, at most 0.012 in a slope; the rest is curvature
        expect(Math.abs(slope(1) - -nx / nz)).toBeLessThan(0.06);
        expect(Math.abs(slope(size) - -ny / nz)).toBeLessThan(0.06);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(10_000);
  });

  it("shows discs as spheres: the normal at a point is its direction from the centre", () => {
    const scene = drawScene([size, size], ["disc"], new Random(8));
    const highest = scene.things.reduce((a, b) => (b.z > a.z ? b : a)); // nothing lies over it
    const { normals, labels } = render({ ...scene, things: [highest] });
    let compared = 0;
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== 1) continue;
      const dx = ((i % size) + 0.5) / size - highest.x;
      const dy = (Math.floor(i / size) + 0.5) / size - highest.y;
      const [nx, ny] = normalAt(normals, i);
      expect(Math.abs(nx - dx / highest.size)).toBeLessThan(0.005); // half a step of 8 bits is 0.004
      expect(Math.abs(ny - dy / highest.size)).toBeLessThan(0.005);
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });

  it("is brighter where its surface faces the light", () => {
    const scene = drawScene([size, size], ["disc"], new Random(8));
    const { image, normals, labels } = render(scene);
    const mean = { towards: [0, 0], away: [0, 0] };
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== 1) continue;
      const [nx, ny, nz] = normalAt(normals, i);
      const facing = nx * scene.light[0] + ny * scene.light[1] + nz * scene.light[2];
      const bin = facing > 0.7 ? mean.towards : facing < 0.3 ? mean.away : undefined;
      if (bin === undefined) continue;
      bin[0] = (bin[0] ?? 0) + (image[i * 3 + 1] ?? 0);
      bin[1] = (bin[1] ?? 0) + 1;
    }
    const average = ([sum = 0, count = 0]: number[]) => sum / count;
    expect(average(mean.towards)).toBeGreaterThan(1.3 * average(mean.away));
  });

  it("has hues of their own for classes, where asked, and is otherwise the same scene", () => {
    const kinds = ["disc", "box", "triangle"] as const;
    const hueOf = ([red, green, blue]: LinearColour) => {
      const [, a, b] = labOf(srgbEncoded(red), srgbEncoded(green), srgbEncoded(blue));
      return (Math.atan2(b, a) / (2 * Math.PI) + 1) % 1;
    };
    const hues: number[][] = [[], [], []];
    for (let seed = 0; seed < 30; seed++) {
      const scene = drawScene([size, size], kinds, new Random(seed), "class");
      const plain = drawScene([size, size], kinds, new Random(seed));
      expect(scene.things.map(({ x, classIndex }) => [x, classIndex])).toEqual(
        plain.things.map(({ x, classIndex }) => [x, classIndex]),
      );
      for (const { classIndex, tones } of scene.things) hues[classIndex - 1]?.push(hueOf(tones[0]));
    }
    const ranges = hues.map((own) => [Math.min(...own), Math.max(...own)] as const);
    // reds, greens, violets: a tenth of a turn of OKLab each, somewhat more in CIELAB
    for (const [least, most] of ranges) expect(most - least).toBeLessThan(0.2);
    const [red, green, violet] = ranges.map(([least, most]) => (least + most) / 2);
    expect([red, green, violet].map((hue) => Math.round(10 * (hue ?? 0)))).toEqual([1, 4, 8]);
  });

  it("lays the nearer thing over the farther one", () => {
    const { things, ...rest } = drawScene([size, size], ["disc", "box"], new Random(5));
    const [thing] = things;
    if (thing === undefined) throw new Error("a scene has things");
    const low = { ...thing, classIndex: 1, x: 0.5, y: 0.5, z: 0.05 };
    const high = { ...low, classIndex: 2, x: 0.5 + low.size / 2, z: 0.6 };
    for (const order of [
      [low, high],
      [high, low],
    ]) {
      const { labels, depth } = render({ ...rest, things: order });
      const at = Math.floor(size / 2) * size + Math.floor((0.5 + low.size / 2) * size);
      expect(labels[at]).toBe(2);
      expect(depth[at]).toBeLessThan(depth[0] ?? 0);
      expect(labels).toContain(1);
    }
  });

  it("covers about as much of its picture with each class", () => {
    const kinds = ["disc", "box", "triangle"] as const;
    const shares = [0, 0, 0, 0];
    for (let i = 0; i < 60; i++) {
      const random = new Random(i, "shares");
      const { labels } = renderScene(drawScene([32, 32], kinds, random), random);
      for (const label of labels) shares[label] = (shares[label] ?? 0) + 1 / labels.length / 60;
    }
    expect(shares[0]).toBeGreaterThan(0.5);
    for (const share of shares.slice(1)) expect(share).toBeGreaterThan(0.06);
  });
});
