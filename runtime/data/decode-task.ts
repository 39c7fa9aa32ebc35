/** What the decode workers are asked, and what they answer. */
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import { UserError } from "../user-error.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";
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
    }
  | { readonly kind: "fingerprint"; readonly file: string };

export type DecodeAnswer =
  | { readonly kind: "batch"; readonly reply: BatchReply }
  | { readonly kind: "inspect"; readonly inspection: PairInspection }
  | { readonly kind: "fingerprint"; readonly fingerprint: Fingerprint }
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
    switch (task.kind) {
      case "batch":
        return { kind: "batch", reply: await makeBatch(task.request) };
      case "inspect": {
        const { pair, channels, masks, layers } = task;
        return { kind: "inspect", inspection: await inspectPair(pair, channels, masks, layers) };
      }
      case "fingerprint":
        return { kind: "fingerprint", fingerprint: await fingerprintOf(task.file) };
    }
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
