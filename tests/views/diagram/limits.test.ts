import { expect, it } from "vitest";
import { drawNetwork } from "../../../views/diagram/draw-network.ts";
import { compileText } from "../../support/compile-source.ts";

const [chain] = compileText(
  "network N {\n  input i [1, H, W]\n  repeat 40 { conv(8, 3x3) relu maxpool(3, stride = 1, padding = 1) }\n  output o\n}\n",
).networks;

it("a figure of more boxes than can be read is refused, and drawn where what repeats is folded", () => {
  if (chain === undefined) throw new Error("no network");
  expect(drawNetwork(chain, { mostBoxes: 50 })).toMatchObject({
    kind: "too-many-boxes",
    message: "N has 81 boxes; the limit is 50",
  });
  expect(drawNetwork(chain, { fold: 1, mostBoxes: 50 })).toHaveProperty("shapes");
});
