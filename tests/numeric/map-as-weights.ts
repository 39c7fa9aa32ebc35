/** A feature map as the weights of a 1×1 convolution: an engine then gives the gradient of any loss by the map, in training too. */
import type { MapBatch } from "../../runtime/arrays.ts";
import type { Network } from "../engines/graphs.ts";

const none = { before: 0, after: 0 };

/** [batch, height, width, batch · height · width]: at each position of each image, a one in the channel of that position. */
export function oneHot(batch: number, height: number, width: number): MapBatch {
  const positions = batch * height * width;
  const data = new Float32Array(positions * positions);
  for (let i = 0; i < positions; i++) data[i * positions + i] = 1;
  return { data, shape: [batch, height, width, positions] };
}

/** Its weight `NAME.weight` is [channels, batch · height · width, 1, 1]: the map, by channel, image and position. */
export function mapAsWeights(network: Network, places: number, channels: number, name: string): number {
  const attributes = {
    channels,
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    groups: 1,
    padding: [none, none],
    bias: false,
    init: { kind: "he" },
    frozen: false,
  } as const;
  return network.add("conv", attributes, [places], name);
}
