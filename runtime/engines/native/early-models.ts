/**
 * What programs compute from the state alone: filters in the kernels' order, with the normalisation that follows folded in. A network's
 * programs for several sizes have the same model for it, so they share one session and its values, which are as large as the weights.
 */
import { createHash } from "node:crypto";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { Program } from "../../../compiler/tensors/program.ts";
import { type EarlyModel, inputName } from "./lower-program.ts";
import { whereItFits } from "./open-model.ts";

export type OpenModel = (model: Uint8Array) => Promise<InferenceSession>;

type Values = InferenceSession.OnnxValueMapType;

export class EarlyModels {
  readonly #shared = new Map<string, Promise<SharedModel>>();

  /** Whoever takes it releases it. @throws EngineFull */
  async take(program: Program, early: EarlyModel, open: OpenModel): Promise<EarlyValues> {
    const stateOf = (id: number) => program.state.find(({ value }) => value === id)?.name;
    const read = [...early.inputs.keys()].map((id) => [id, stateOf(id)]);
    const key = `${createHash("sha256").update(early.model).digest("hex")} ${JSON.stringify(read)}`;
    let shared = this.#shared.get(key);
    if (shared === undefined) {
      shared = open(early.model).then((session) => ({ session, users: 0, kept: undefined }));
      this.#shared.set(key, shared);
      shared.catch(() => this.#shared.delete(key)); // whoever waits for it gets the error
    }
    const model = await shared;
    model.users += 1;
    return {
      values: (version, tensor) => valuesOf(model, early, version, tensor),
      release: () => {
        model.users -= 1;
        if (model.users > 0) return;
        this.#shared.delete(key);
        void model.session.release();
      },
    };
  }
}

interface SharedModel {
  readonly session: InferenceSession;
  users: number;
  /** What was computed, and from which version of the state. */
  kept: { readonly version: number; readonly values: Values } | undefined;
}

export interface EarlyValues {
  /** As the state is in that version. @param tensor of a value of the program */
  readonly values: (
    version: number,
    tensor: (id: number, shape: readonly number[]) => Tensor,
  ) => Promise<Values>;
  readonly release: () => void;
}

async function valuesOf(
  model: SharedModel,
  { inputs }: EarlyModel,
  version: number,
  tensor: (id: number, shape: readonly number[]) => Tensor,
): Promise<Values> {
  if (model.kept?.version === version) return model.kept.values;
  model.kept = undefined; // before as much again is computed
  const feeds = Object.fromEntries([...inputs].map(([id, shape]) => [inputName(id), tensor(id, shape)]));
  const values = await whereItFits(() => model.session.run(feeds));
  model.kept = { version, values };
  return values;
}
