import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "fast-png";
import { beforeAll, describe, expect, it } from "vitest";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, writeTiny } from "./tiny-run.ts";

const directory = workingDirectory();
const program = tinyProgram
  .replace("validate = 25%", "validate = 25%, test = 25%")
  .replace("augment   flip", "augment   flip, elastic(2), crop(24, rare = 50%), hue(20)");
beforeAll(() => writeTiny(directory, program, "--count", "16", "--validate", "0"));

describe("fcn data show", () => {
  it("writes a contact sheet of augmented samples with names, classes and the augmentations", async () => {
    const shown = await fcn(directory, "data", "show", "tiny.fcn", "-o", "sheet.svg", "--count", "3");
    expect(shown).toMatchObject({ status: 0, out: "", err: "sheet.svg: 3 training samples\n" });
    const svg = readFileSync(join(directory, "sheet.svg"), "utf8");
    expect(svg).toContain("Tiny: 3 training samples of epoch 1, seed 1");
    expect(svg).toContain("elastic(deviation = 2, grid = 3, probability = 1)");
    for (const name of ["background", "disc", "ignored", "image", "labels"])
      expect(svg).toContain(`>${name}</text>`);
    expect(svg.match(/<image /g)).toHaveLength(6);
    const again = await fcn(directory, "data", "show", "tiny.fcn", "-o", "again.svg", "--count", "3");
    expect(again.status).toBe(0);
    expect(readFileSync(join(directory, "again.svg"), "utf8")).toBe(svg);
    await fcn(directory, "data", "show", "tiny.fcn", "-o", "other.svg", "--count", "3", "--epoch", "2");
    expect(readFileSync(join(directory, "other.svg"), "utf8")).not.toBe(svg);
  });

  it("draws PNG, and the pairs that are set aside", async () => {
    const shown = await fcn(directory, "data", "show", "tiny.fcn", "--split", "test");
    expect(shown).toMatchObject({ status: 0, err: "data.png: 4 test samples\n" });
    expect(decode(readFileSync(join(directory, "data.png"))).width).toBeGreaterThan(600);
  });

  it("names what is missing", async () => {
    writeFileSync(join(directory, "whole.fcn"), program.replace(", test = 25%", ""));
    const none = await fcn(directory, "data", "show", "whole.fcn", "--split", "test");
    expect(none.status).toBe(1);
    expect(none.err).toMatch(/has no test pairs\n.*set some aside in the train section's data: test = 10%/);
    expect((await fcn(directory, "data", "show", "tiny.fcn", "-o", "sheet.gif")).status).toBe(2);
  });
});

describe("fcn data stats and fcn data check", () => {
  it("describe every part, and tell images that are in two", async () => {
    const check = await fcn(directory, "data", "check", "tiny.fcn");
    expect(check.out).toContain("8 training images, 4 validation images, 4 test images");
    const plain = await fcn(directory, "data", "stats", "tiny.fcn");
    expect(plain.status).toBe(0);
    expect(plain.out).toMatch(/class +training +images +validation +images +test +images/);
    expect(plain.out).toMatch(/\n {0,2}disc +\d+\.\d% +8 /);
    const statistics = JSON.parse((await fcn(directory, "data", "stats", "tiny.fcn", "--json")).out);
    expect(statistics).toMatchObject({
      classes: ["background", "disc"],
      parts: {
        training: { images: 8, sizes: [[32, 32, 8]] },
        validation: { images: 4 },
        test: { images: 4 },
      },
      duplicates: [],
      unreadable: [],
    });
    const [first = ""] = readdirSync(join(directory, "data", "images", "train")).sort();
    for (const kind of ["images", "labels"])
      for (const copy of ["x.png", "y.png", "z.png"])
        copyFileSync(
          join(directory, "data", kind, "train", first),
          join(directory, "data", kind, "train", copy),
        );
    const copied = await fcn(directory, "data", "stats", "tiny.fcn", "--set", "width=2");
    expect(copied.err).toMatch(
      /warning\[data\/(leak|duplicate)\]: 1 image .*\n.*\.png \(\w+\) = .*\.png \(\w+\) = /,
    );
  });
});
