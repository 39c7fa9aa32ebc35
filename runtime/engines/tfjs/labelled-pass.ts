/** What a pass with labels leaves to be read: the losses of all labelled outputs, and the classes the first one chooses. */
import type { StepResult } from "../engine.ts";
import { chosenClasses, sumOf } from "./cross-entropy.ts";
import type { KeptTensors } from "./forward-pass.ts";
import type { Tensor, Tensor4D, TensorFlow } from "./lowering.ts";

export class LabelledPass {
  readonly #tf: TensorFlow;
  readonly #kept: KeptTensors;
  readonly #losses: { readonly values: Tensor; readonly scale: number }[] = [];
  #predictions: Tensor | undefined;

  /** What is noted ends with `kept`. */
  constructor(tf: TensorFlow, kept: KeptTensors) {
    this.#tf = tf;
    this.#kept = kept;
  }

  /** @param values the weighted loss of each pixel. */
  note(logits: Tensor4D, values: Tensor, scale: number): void {
    this.#kept.keep(this.#tf.keep(values));
    this.#losses.push({ values, scale });
    if (this.#predictions !== undefined) return;
    this.#predictions = this.#tf.keep(chosenClasses(this.#tf, logits));
    this.#kept.keep(this.#predictions);
  }

  /** The pixel losses are added in float64. */
  async result(): Promise<StepResult> {
    const predictions = this.#predictions;
    if (predictions === undefined) throw new Error("a pass with labels noted no predictions");
    let loss = 0;
    for (const { values, scale } of this.#losses) loss += scale * sumOf(await values.data());
    const [batch = 0, height = 0, width = 0] = predictions.shape;
    const data = Int32Array.from(await predictions.data());
    return { loss, predictions: { data, shape: [batch, height, width] } };
  }
}
