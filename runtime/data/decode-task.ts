/** What the decode workers are asked, and what they answer. */
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import { UserError } from "../user-error.ts";
import { inspectPair, type PairInspection } from "./inspect-pair.ts";
import type { LayerPlan } from "./layers/layer.ts";
import { type BatchReply, type BatchRequest, makeBatch } from "./make-batch.ts";
import type { Pair } from "./pair.ts";

export type DecodeTask =
  | { readonly kind: "batch"; readonly request: BatchRequest }
  | {
      readonly kind: "inspect";
      readonly pair: Pair;
      readonly channels: number;
      readonly masks: MaskConfiguration;
      readonly layers: readonly LayerPlan[];
    };

export type DecodeAnswer =
  | { readonly kind: "batch"; readonly reply: BatchReply }
  | { readonly kind: "inspect"; readonly inspection: PairInspection }
  /** A mistake of the user's, or (`stack` given) one of ours. */
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly help: string | undefined;
      readonly stack: string | undefined;
    };

/** Never throws: what goes wrong is the answer. */
export async function answerTask(task: DecodeTask): Promise<DecodeAnswer> {
  try {
    return task.kind === "batch"
      ? { kind: "batch", reply: await makeBatch(task.request) }
      : { kind: "inspect", inspection: await inspectPair(task.pair, task.channels, task.masks, task.layers) };
  } catch (error) {
    if (error instanceof UserError) {
      return { kind: "failed", message: error.message, help: error.help, stack: undefined };
    }
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: "failed", message, help: undefined, stack: stack ?? message };
  }
}

/** Restores the error of a failed task, in the calling thread. */
export function failureOf(answer: Extract<DecodeAnswer, { kind: "failed" }>): Error {
  if (answer.stack === undefined) return new UserError(answer.message, answer.help);
  return new Error(answer.message, { cause: answer.stack });
}
