/** The programs of a network at a batch and a size: predictions, evaluations, gradients, single feature maps. */
import type { ComparedOutput } from "../../compiler/tensors/programs/compared-outputs.ts";
import {
  evaluationProgram,
  inputGradientsProgram,
  mapsProgram,
  predictionProgram,
} from "../../compiler/tensors/programs/prediction.ts";
import { gradientsProgram } from "../../compiler/tensors/programs/training.ts";
import type { CheckedInputs } from "./check-inputs.ts";
import type { SessionTraining } from "./engine.ts";
import type { Executor, PreparedProgram } from "./executor.ts";
import type { CachedProgramOptions, ProgramCache } from "./program-cache.ts";
import { purposeOf } from "./program-outputs.ts";

type Shaped = Pick<CheckedInputs, "shaped" | "batch">;

export interface GradientsOptions extends Pick<CachedProgramOptions, "meanwhile"> {
  readonly dropout: boolean;
  /** Weights, by name. */
  readonly frozen: readonly string[];
}

export class NetworkPrograms {
  readonly #cache: ProgramCache;
  readonly #parts: Executor["parts"];
  readonly #training: SessionTraining | undefined;
  /** How programs of the whole network are kept. */
  readonly #whole: CachedProgramOptions;

  constructor(
    cache: ProgramCache,
    { parts, keepsMemory = false }: Pick<Executor, "parts" | "keepsMemory">,
    training: SessionTraining | undefined,
  ) {
    this.#cache = cache;
    this.#parts = parts;
    this.#training = training;
    this.#whole = { alone: keepsMemory && training?.sparesMemory === true };
  }

  prediction({ shaped, batch }: Shaped, dropout: boolean): Promise<PreparedProgram> {
    const make = () => predictionProgram(shaped, batch, { dropout, parts: this.#parts });
    return this.#cache.program(
      dropout ? "predict with dropout" : "predict",
      shaped,
      batch,
      make,
      this.#whole,
    );
  }

  evaluation({ shaped, batch }: Shaped, outputs: readonly ComparedOutput[]): Promise<PreparedProgram> {
    const make = () => evaluationProgram(shaped, batch, outputs, this.#parts);
    return this.#cache.program(`evaluate ${purposeOf(outputs)}`, shaped, batch, make, this.#whole);
  }

  gradients(
    { shaped, batch }: Shaped,
    outputs: readonly ComparedOutput[],
    { dropout, frozen, meanwhile }: GradientsOptions,
  ): Promise<PreparedProgram> {
    const recomputation = this.#training?.recomputation;
    const options = { dropout, frozen: new Set(frozen), recomputation, parts: this.#parts };
    const purpose = `gradients ${dropout} ${purposeOf(outputs)} ${frozen.join()}`;
    const make = () => gradientsProgram(shaped, batch, outputs, options);
    return this.#cache.program(purpose, shaped, batch, make, { ...this.#whole, meanwhile });
  }

  inputGradients({ shaped, batch }: Shaped, node: number): Promise<PreparedProgram> {
    const make = () => inputGradientsProgram(shaped, batch, node);
    return this.#cache.program(`input gradients of ${node}`, shaped, batch, make);
  }

  /** @param training whether as in a training step, with batch statistics and dropout, or as in inference */
  maps({ shaped, batch }: Shaped, nodes: readonly number[], training: boolean): Promise<PreparedProgram> {
    const purpose = `${training ? "step" : "evaluate"} maps ${nodes.join()}`;
    const make = () => mapsProgram(shaped, batch, nodes, { training, dropout: training });
    return this.#cache.program(purpose, shaped, batch, make);
  }
}
