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
  readonly #shared = new Map<string, SharedModel>();

  /** Whoever takes it releases it. @throws EngineFull */
  async take(program: Program, early: EarlyModel, open: OpenModel): Promise<EarlyValues> {
    const stateOf = (id: number) => program.state.find(({ value }) => value === id)?.name;
    const read = [...early.inputs.keys()].map((id) => [id, stateOf(id)]);
    const key = `${createHash("sha256").update(early.model).digest("hex")} ${JSON.stringify(read)}`;
    let model = this.#shared.get(key);
    if (model === undefined) {
      const opening = open(early.model);
      model = { opening, users: 0, kept: undefined };
      this.#shared.set(key, model);
      opening.catch(() => this.#shared.delete(key)); // whoever waits for it gets the error
    }
    model.users += 1; // before it is awaited, so that no other user's release closes it meanwhile
    const taken = model;
    const session = await taken.opening;
    return {
      values: (version, tensor) => valuesOf(taken, session, { early, version, tensor }),
      release: () => {
        taken.users -= 1;
        if (taken.users > 0) return;
        this.#shared.delete(key);
        void session.release();
      },
    };
  }
}

interface SharedModel {
  readonly opening: Promise<InferenceSession>;
  users: number;
  /** What was computed, and from which version of the state. */
  kept: { readonly version: number; readonly values: Values } | undefined;
}

interface AskedValues {
  readonly early: EarlyModel;
  readonly version: number;
  readonly tensor: (id: number, shape: readonly number[]) => Tensor;
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
  session: InferenceSession,
  { early: { inputs }, version, tensor }: AskedValues,
): Promise<Values> {
  if (model.kept?.version === version) return model.kept.values;
  model.kept = undefined; // before as much again is computed
  const feeds = Object.fromEntries([...inputs].map(([id, shape]) => [inputName(id), tensor(id, shape)]));
  const values = await whereItFits(() => session.run(feeds));
  model.kept = { version, values };
  return values;
}
