/** The rows that a row of tiles sees are part of the memory that they may take, however wide the image is. */
import { expect, it } from "vitest";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { PredictionMemory } from "../../runtime/prediction/prediction-memory.ts";
import { TileChoice } from "../../tools/cli/commands/predict/tile-choice.ts";
import { compileNetwork } from "../support/compile-network.ts";

it.each([2000, 10_000])(
  "tiles of an image %i pixels wide and their rows keep to the memory",
  async (side) => {
    const { graph } = compileNetwork(`network Net(classes = 2) {
    input image [3, H, W]
    conv(6, 3x3) relu
    conv(classes, 1x1)
    output labels by softmax
  }`);
    const room = { engine: await loadEngine("wasm"), device: "CPU", bytes: undefined };
    const memory = 60e6;
    const tiles = await new TileChoice(graph, room, { memory }).of("image.png", [side, side]);
    if (tiles === undefined) throw new Error("the image is predicted whole");
    const [height, width] = [tiles.axes[0].length, tiles.axes[1].length];
    const engine = await new PredictionMemory(graph, room).bytesOfInput([height, width]);
    expect((engine ?? Number.POSITIVE_INFINITY) + height * side * (3 + 1)).toBeLessThanOrEqual(memory);
  },
);
