import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compile } from "../../compiler/compile.ts";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import { checkData } from "../../runtime/data/check.ts";
import { type Folder, temporaryFolder } from "./fixture.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** The masks of a program's train section, with the given entry in it. */
function masksOfProgram(classes: string, entry: string): MaskConfiguration {
  const text = `network N(classes = ${classes}) {
  input image [1, H, W]
  conv(classes, 1x1)
  output labels by softmax
}
train N {
  ${entry}
}
`;
  const { networks, diagnostics } = compile({ path: "n.fcn", text }, { read: () => undefined });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const masks = networks[0]?.train?.masks;
  if (masks === undefined) throw new Error("the program has a train section");
  return masks;
}

describe("the masks entry that the data check suggests", () => {
  it.each([
    ["two classes at 0 and 255", "2", "epochs 1", [0, 255]],
    ["named classes at 0 and 255", "[membrane, cell]", "epochs 1", [0, 255]],
    ["indices and a void", "3", "epochs 1", [0, 1, 2, 255]],
    ["other levels and a void", "[a, b]", "epochs 1", [0, 100, 200]],
    ["a void beside declared values", "[a, b]", "masks [a = 10, b = 20]", [10, 20, 30]],
    ["a second void", "2", "masks indices, ignore = 7", [0, 1, 7, 9]],
  ])("compiles and mends the data: %s", async (_, classes, entry, values) => {
    const pair = {
      name: "1",
      image: await folder.grey("image.png", [values]),
      label: await folder.grey("label.png", [values]),
    };
    const look = async (masks: MaskConfiguration) => {
      const dataSet = { source: folder.path, training: [pair], validation: [pair], masks };
      const { problems } = await checkData(dataSet, { channels: 1 });
      return problems.filter(({ code }) => code !== "data/in-both"); // one pair does for both here
    };
    const [problem, ...rest] = await look(masksOfProgram(classes, entry));
    expect(problem?.code).toBe("labels/undeclared-value");
    expect(rest).toEqual([]);
    const suggested = /write (masks .*?) in the train section/.exec(problem?.help ?? "")?.[1] ?? "none";
    expect(await look(masksOfProgram(classes, suggested))).toEqual([]);
  });
});
