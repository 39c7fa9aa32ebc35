/** A convolution and its mean or summed cross entropy in float64, written as loops: what the engines are compared with. */
import type { LabelBatch, MapBatch } from "../../runtime/arrays.ts";

export interface OneConvolution {
  readonly kernel: number;
  readonly inputChannels: number;
  readonly classes: number;
  /** [classes, input channels, kernel, kernel], row major. */
  readonly weight: number[];
  readonly bias: number[];
}

export interface LossRule {
  readonly weights: readonly number[] | undefined;
  readonly reduction: "mean" | "sum";
}

export interface LossAndGradient {
  readonly loss: number;
  readonly weight: number[];
  readonly bias: number[];
  /** The class of highest logit, per pixel. */
  readonly predictions: number[];
}

/** Padding is the same: ⌊(kernel − 1) / 2⌋ zeros before. */
export function lossAndGradient(
  network: OneConvolution,
  image: MapBatch,
  labels: LabelBatch,
  rule: LossRule,
): LossAndGradient {
  const { kernel, inputChannels, classes } = network;
  const [batch, height, width] = image.shape;
  const margin = Math.floor((kernel - 1) / 2);
  const gradient = { weight: network.weight.map(() => 0), bias: network.bias.map(() => 0) };
  const predictions: number[] = [];
  let loss = 0;
  let total = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const taps: { readonly cell: number; readonly value: number }[] = [];
        for (let i = 0; i < inputChannels; i++) {
          for (let dy = 0; dy < kernel; dy++) {
            for (let dx = 0; dx < kernel; dx++) {
              const row = y + dy - margin;
              const column = x + dx - margin;
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              const value = image.data[((n * height + row) * width + column) * inputChannels + i] ?? 0;
              taps.push({ cell: (i * kernel + dy) * kernel + dx, value });
            }
          }
        }
        const perClass = inputChannels * kernel * kernel;
        const logits = network.bias.map((bias, c) =>
          taps.reduce(
            (sum, { cell, value }) => sum + value * (network.weight[c * perClass + cell] ?? 0),
            bias,
          ),
        );
        const highest = Math.max(...logits);
        predictions.push(logits.indexOf(highest));
        const label = labels.data[(n * height + y) * width + x] ?? -1;
        if (label === -1) continue;
        const powers = logits.map((logit) => Math.exp(logit - highest));
        const sum = powers.reduce((a, b) => a + b, 0);
        const pixelWeight = rule.weights?.[label] ?? 1;
        total += pixelWeight;
        loss += pixelWeight * (Math.log(sum) + highest - (logits[label] ?? 0));
        for (let c = 0; c < classes; c++) {
          const slope = pixelWeight * ((powers[c] ?? 0) / sum - (c === label ? 1 : 0));
          gradient.bias[c] = (gradient.bias[c] ?? 0) + slope;
          for (const { cell, value } of taps) {
            const at = c * perClass + cell;
            gradient.weight[at] = (gradient.weight[at] ?? 0) + slope * value;
          }
        }
      }
    }
  }
  const scale = rule.reduction === "sum" ? 1 : 1 / total;
  return {
    loss: loss * scale,
    weight: gradient.weight.map((value) => value * scale),
    bias: gradient.bias.map((value) => value * scale),
    predictions,
  };
}
