import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkData } from "../../runtime/data/check.ts";
import type { DataSet } from "../../runtime/data/data-set.ts";
import { foldOf } from "../../runtime/data/folds.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { groupsOf, splitPairs } from "../../runtime/data/split.ts";
import { niftiFile } from "../images/array-files.ts";
import { configurationOf } from "../learning/train-section.ts";
import { type Folder, flat, temporaryFolder } from "./fixture.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const opened = (entries: string, classes: readonly string[]) => {
  const { data, masks } = configurationOf(entries, classes);
  return openDataSet(data, masks, { baseDirectory: folder.path });
};
const names = (pairs: DataSet["test"] = []) => pairs.map(({ name }) => name);
const dataset = (content: object) => folder.bytes("d/dataset.json", JSON.stringify(content));

describe("nnunet", () => {
  it("reads cases in two dimensions, with the labels that dataset.json names", async () => {
    await dataset({
      channel_names: { 0: "R" },
      labels: { background: 0, Cell: 7, "Cell border": 3, ignore: 9 },
      file_ending: ".png",
    });
    for (const name of ["a", "b"]) {
      await folder.grey(`d/imagesTr/${name}_0000.png`, flat(1, 4, 9));
      await folder.grey(`d/imagesTr/${name}_0001.png`, flat(1, 4, 8));
      await folder.grey(`d/labelsTr/${name}.png`, [[0, 7, 3, 9]]);
    }
    await folder.grey("d/imagesTs/c_0000.png", flat(1, 4, 9));
    await folder.grey("d/labelsTs/c.png", [[0, 7, 3, 9]]);
    const data = await opened('data nnunet("d", validate = 50%, test = "Ts")', [
      "background",
      "cell_border",
      "cell",
    ]);
    expect([data.training.length, data.validation.length, names(data.test)]).toEqual([1, 1, ["c"]]);
    const { classPixels, ignoredPixels, problems } = await checkData(data, { channels: 1, test: true });
    expect([classPixels, ignoredPixels, problems]).toEqual([[1, 1, 1], 1, []]);
    const second = await opened('data nnunet("d", channel = 1)', ["background", "cell", "cell_border"]);
    expect(second.training[0]?.image).toMatch(/_0001\.png$/);
  });

  it("reads volumes slice by slice and keeps those of a case in one part; names by value are of version 1", async () => {
    await dataset({ modality: { 0: "CT" }, labels: { 0: "background", 1: "liver" }, training: [] });
    const volume = Int16Array.from({ length: 12 }, (_, i) => i);
    for (let i = 0; i < 6; i++) {
      await folder.bytes(
        `d/imagesTr/case_${i}_0000.nii.gz`,
        niftiFile(volume, [2, 2, 3], { compressed: true }),
      );
      const labels = niftiFile(
        Uint8Array.from(volume, (v) => v % 2),
        [2, 2, 3],
        { compressed: true },
      );
      await folder.bytes(`d/labelsTr/case_${i}.nii.gz`, labels);
    }
    const data = await opened('data nnunet("d", validate = 30%, test = 20%)', ["class 0", "class 1"]);
    expect([data.training.length, data.validation.length, data.test?.length]).toEqual([9, 6, 3]);
    const cases = [data.training, data.validation, data.test ?? []].map(
      (pairs) => new Set(pairs.map(({ name }) => name.replace(/#.*/, ""))),
    );
    expect(cases.map(({ size }) => size)).toEqual([3, 2, 1]);
    expect(new Set(cases.flatMap((part) => [...part])).size).toBe(6);
    expect((await checkData(data, { channels: 1 })).classPixels).toEqual([18, 18]);
  });

  it("names what does not go together", async () => {
    await dataset({ labels: { background: 0, cell: 1 }, file_ending: ".png" });
    await folder.grey("d/imagesTr/a_0000.png", flat(1, 4, 9));
    await folder.grey("d/labelsTr/a.png", [[0, 1, 0, 1]]);
    await expect(opened('data nnunet("d")', ["background", "nucleus"])).rejects.toMatchObject({
      message: expect.stringMatching(/dataset\.json has no label nucleus/),
      help: expect.stringContaining("background, cell"),
    });
    await dataset({ labels: { background: 0, whole: [1, 2] }, file_ending: ".png" });
    await expect(opened('data nnunet("d")', ["background", "whole"])).rejects.toThrow(
      "the label whole is a region of several values",
    );
    await folder.bytes("d/dataset.json", "[");
    await expect(opened('data nnunet("d")', ["a", "b"])).rejects.toMatchObject({
      help: expect.stringContaining("imagesTr"),
    });
  });
});

describe("groups of pairs", () => {
  const pair = (image: string) => ({ name: image.replace(".tif", ""), image, label: undefined });

  it("are the volumes, where there are several", () => {
    const slices = ["a", "b", "c"].flatMap((volume) => [0, 1, 2, 3].map((i) => pair(`${volume}.tif#${i}`)));
    expect(groupsOf(slices).map(({ name, members }) => [name, members.length])).toEqual([
      ["a", 4],
      ["b", 4],
      ["c", 4],
    ]);
    expect(groupsOf(slices.slice(0, 4))).toHaveLength(4);
    expect(groupsOf([...slices, pair("d.tif")])).toHaveLength(13);
    const data = {
      source: "",
      training: slices,
      validation: [],
      masks: { classes: [], values: undefined, ignore: [] },
    };
    const fold = foldOf(data, { fold: 2, of: 3 }, 1);
    expect([fold.training.length, fold.validation.length]).toEqual([8, 4]);
    expect(new Set(fold.validation.map(({ image }) => image.replace(/#.*/, ""))).size).toBe(1);
    expect(() => foldOf(data, { fold: 1, of: 4 }, 1)).toThrow(
      "has 3 volumes, which cannot be divided into 4 folds",
    );
    const { training, validation } = splitPairs(slices, { share: 0.2, seed: 1 });
    expect([training.length, validation.length]).toEqual([8, 4]);
  });
});
