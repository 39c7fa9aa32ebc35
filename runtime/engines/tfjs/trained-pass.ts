/** What a pass with targets leaves to be read: the loss of each output, and what it predicts. */

import type { PredictionBatch } from "../../arrays.ts";
import type { LossPart, StepResult } from "../engine.ts";
import type { TrainedOutput } from "../trained-outputs.ts";
import type { KeptTensors } from "./forward-pass.ts";
import { chosenClasses } from "./losses/cross-entropy.ts";
import { type LossValue, sumOf } from "./losses/loss-value.ts";
import type { Tensor, Tensor4D, TensorFlow } from "./lowering.ts";

export class TrainedPass {
  readonly #tf: TensorFlow;
  readonly #kept: KeptTensors;
  readonly #losses: {
    readonly output: string;
    readonly values: Tensor;
    readonly scale: number;
    readonly counted: number | undefined;
  }[] = [];
  readonly #predictions: {
    readonly output: string;
    readonly kind: PredictionBatch["kind"];
    readonly values: Tensor;
  }[] = [];

  /** What is noted ends with `kept`. */
  constructor(tf: TensorFlow, kept: KeptTensors) {
    this.#tf = tf;
    this.#kept = kept;
  }

  noteLoss(output: string, { losses, scale, counted }: LossValue, factor: number): void {
    this.#kept.keep(this.#tf.keep(losses));
    this.#losses.push({ output, values: losses, scale: scale * factor, counted });
  }

  /** @param maps by node */
  notePrediction({ output, predicts }: TrainedOutput, maps: ReadonlyMap<number, Tensor4D>): void {
    const classes = predicts === "classes";
    const map = maps.get(classes ? output.logits : output.node);
    if (map === undefined) throw new Error(`the pass gave no map for output ${output.name}`);
    const values = this.#tf.keep(classes ? chosenClasses(this.#tf, map) : map.clone());
    this.#kept.keep(values);
    this.#predictions.push({ output: output.name, kind: classes ? "labels" : "map", values });
  }

  /** The losses are added in float64. */
  async result(): Promise<StepResult> {
    const losses = new Map<string, number>();
    const terms = new Map<string, LossPart[]>();
    for (const { output, values, scale, counted } of this.#losses) {
      const value = scale * sumOf(await values.data());
      losses.set(output, (losses.get(output) ?? 0) + value);
      terms.set(output, [...(terms.get(output) ?? []), { value, counted }]);
    }
    const predictions = new Map<string, PredictionBatch>();
    for (const { output, kind, values } of this.#predictions) {
      const [batch = 0, height = 0, width = 0, channels = 0] = values.shape;
      const read = await values.data();
      predictions.set(
        output,
        kind === "labels"
          ? { kind, data: Int32Array.from(read), shape: [batch, height, width] }
          : { kind, data: Float32Array.from(read), shape: [batch, height, width, channels] },
      );
    }
    return { loss: sumOf([...losses.values()]), losses, terms, predictions };
  }
}
