import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { expect, test } from "vitest";
import { drawFieldTo } from "../../tools/cli/field/draw-field.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { compileExample } from "../support/compile-source.ts";

const gridding = compileNetwork(`network Gridding {
  input image [1, H, W]
  conv(4, 3x3, dilate = 2)
  conv(4, 3x3, dilate = 4)
  conv(4, 3x3, dilate = 8) as last
  output map
}`);

const folder = () => mkdtemp(join(tmpdir(), "field-"));

test("the holes of dilations with a common factor are counted: 15 of 29 pixels a side are touched", async () => {
  const output = join(await folder(), "field.svg");
  const said = await drawFieldTo(gridding, { field: "last", size: [64, 64], output });
  expect(said).toContain("position 32, 32: receptive field 29×29 px, rows 18–46 and columns 18–46 of 64×64");
  expect(said).toContain(`depends on ${15 * 15} of its ${29 * 29} pixels; ${29 * 29 - 15 * 15} are holes`);
  const svg = await readFile(output, "utf8");
  expect(svg).toMatch(/^<svg /);
  // 64 pixels are 640 units: the field begins at pixel 18 and is 29 pixels wide.
  expect(svg).toContain('<rect x="180" y="180" width="290" height="290" fill="none"');
});

test("a field of more paths than a number holds is drawn dark where they are most", async () => {
  const output = join(await folder(), "field.svg");
  const deep = compileNetwork(
    "network Deep {\n  input image [1, H, W]\n  repeat 340 { conv(1, 3x3) }\n  output map\n}",
  );
  expect(await drawFieldTo(deep, { field: "map", size: [9, 9], output })).toContain("to 1.8e+308");
  const svg = await readFile(output, "utf8");
  const image = /data:image\/png;base64,([^"]+)"/.exec(svg)?.[1] ?? "";
  const { data } = decode(Buffer.from(image, "base64"));
  const middle = (4 * 9 + 4) * 3;
  expect([...data.subarray(middle, middle + 3)]).toEqual([8, 30, 80]);
});

test("another position is drawn where it is, cut by the border, and the next phases of U-Net with it", async () => {
  const output = join(await folder(), "field.png");
  const unet = compileExample("u-net.fcn", { width: "4" });
  const said = await drawFieldTo(unet, { field: "labels", size: [256, 256], position: [128, 0], output });
  expect(said).toContain(
    "position 128, 0: receptive field 188×94 px, rows 34–221 and columns 0–93 of 256×256",
  );
  expect(said).toContain("dotted: neighbouring positions");
  expect((await readFile(output)).subarray(1, 4).toString()).toBe("PNG");
});

test("a position, feature map or file that cannot be is reported", async () => {
  const draw = (changes: object) =>
    drawFieldTo(gridding, { field: "last", size: [64, 64], output: "x.svg", ...changes });
  await expect(draw({ position: [64, 0] })).rejects.toThrow(
    "has 64×64 positions at an input of 64×64, and none at 64,0",
  );
  await expect(draw({ field: "lost" })).rejects.toThrow('has no feature map called "lost"');
  await expect(draw({ output: "x.pdf" })).rejects.toThrow("a receptive field is drawn as .svg or .png");
});
