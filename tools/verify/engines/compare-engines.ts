/**
 * A network trained on several engines beside the float64 evaluation of its programs: each step from equal weights, and each engine by
 * itself.
 */
import type { WeightArray } from "../../../runtime/arrays.ts";
import type { Engine, EngineName, Session, StepResult } from "../../../runtime/engines/engine.ts";
import { roundedSteps } from "../float32-rounding.ts";
import { ReferenceExecutor, referenceSession } from "../reference-executor.ts";
import { distance, gradientErrors } from "./distance.ts";
import { disturbed, type NarrowExample, rounded } from "./narrow-examples.ts";
import { type TorchGradients, torchGradients } from "./torch-gradients.ts";

/** How far an engine is from float64. */
export interface EngineErrors {
  /** ‖found − expected‖ / ‖expected‖ over the outputs of a prediction. */
  readonly prediction: number;
  /** Of an evaluation: the largest |found / expected − 1| over the outputs. */
  readonly evaluation: number;
  /** |found / expected − 1| of each step's loss, where all have the same weights and optimizer state before the step. */
  readonly losses: readonly number[];
  /** Of each step, by weight, as `gradientErrors` has them. */
  readonly gradients: readonly ReadonlyMap<string, number>[];
  /** The loss of each step of a training of its own. */
  readonly curve: readonly number[];
}

export interface EngineComparison {
  readonly engines: ReadonlyMap<EngineName, EngineErrors>;
  /** The loss of each step in float64. */
  readonly curve: readonly number[];
  /** @param seeds of the random changes */
  readonly sensitivity: (step: number, seeds: readonly number[]) => Promise<Sensitivity>;
  readonly torch: TorchGradients;
}

/**
 * How far float64 itself moves where weights and inputs of a step change as little as rounding changes feature maps, and every value of
 * the step by one rounding to float32. A maximum or a rectifier that is decided otherwise changes gradients far more than rounding their
 * sums does; and where a gradient is the little that is left of large terms, it moves by as much as they are rounded.
 */
export interface Sensitivity {
  readonly loss: number;
  /** By weight, as `gradientErrors` has them. */
  readonly gradients: ReadonlyMap<string, number>;
}

export interface ComparisonOptions {
  readonly steps: number;
  readonly learningRate: number;
  /** Whether PyTorch differentiates too. */
  readonly torch: boolean;
}

/** Weights and optimizer state before a step. */
interface Before {
  readonly weights: ReadonlyMap<string, WeightArray>;
  readonly state: ReadonlyMap<string, WeightArray>;
}

/** An engine and what is known of it so far. */
interface Compared {
  readonly session: Session;
  readonly losses: number[];
  readonly gradients: ReadonlyMap<string, number>[];
  prediction: number;
  evaluation: number;
}

/** @throws Error where an engine gives outputs, losses or gradients of other names or shapes than the programs. */
export async function compareEngines(
  example: NarrowExample,
  engines: readonly Engine[],
  { steps, learningRate, torch: asked }: ComparisonOptions,
): Promise<EngineComparison> {
  const { options, inputs, targets } = example;
  const { graph } = example.network;
  const executor = new ReferenceExecutor();
  const reference = referenceSession(graph, options, executor);
  await reference.writeWeights(disturbed(await reference.readWeights()));
  const compared = new Map<EngineName, Compared>();
  const befores: Before[] = [];
  const exact: ReadonlyMap<string, WeightArray>[] = [];
  const curve: number[] = [];
  try {
    for (const engine of engines) {
      const session = await engine.open(graph, options);
      compared.set(engine.name, { session, losses: [], gradients: [], prediction: 0, evaluation: 0 });
    }
    const start = { weights: await reference.readWeights(), state: await reference.readState() };
    await restore(reference, start);
    const maps = await reference.predict(inputs);
    const evaluated = await reference.evaluate(inputs, targets);
    for (const one of compared.values()) {
      await restore(one.session, start);
      one.prediction = distance(await one.session.predict(inputs), maps);
      one.evaluation = lossError(await one.session.evaluate(inputs, targets), evaluated);
    }
    for (let step = 0; step < steps; step++) {
      const before = { weights: await reference.readWeights(), state: await reference.readState() };
      befores.push(before);
      await restore(reference, before); // as float32: from here on all have the same numbers
      const gradients = await reference.gradients(inputs, targets);
      const expected = await reference.step(inputs, targets, learningRate);
      exact.push(gradients);
      curve.push(expected.loss);
      for (const [name, one] of compared) {
        const { session } = one;
        await restore(session, before);
        one.gradients.push(gradientErrors(await session.gradients(inputs, targets), gradients));
        const stepped = await session.step(inputs, targets, learningRate);
        sameForm(name, stepped, expected);
        one.losses.push(lossError(stepped, expected));
      }
    }
    const found = new Map<EngineName, EngineErrors>();
    for (const [name, { session, ...errors }] of compared) {
      await restore(session, start);
      const own: number[] = [];
      for (let step = 0; step < steps; step++)
        own.push((await session.step(inputs, targets, learningRate)).loss);
      found.set(name, { ...errors, curve: own });
    }
    const weights = befores.map((before) => before.weights);
    const torch = asked
      ? await torchGradients(example, weights, exact)
      : ({ kind: "missing", reason: "PyTorch is not asked" } as const);
    return { engines: found, curve, sensitivity, torch };
  } finally {
    for (const { session } of compared.values()) session.close();
  }

  async function sensitivity(step: number, seeds: readonly number[]): Promise<Sensitivity> {
    const before = befores[step];
    await restore(reference, before);
    const expected = await reference.gradients(inputs, targets);
    const stepped = await reference.step(inputs, targets, learningRate);
    const gradients = new Map<string, number>();
    let loss = 0;
    for (const seed of seeds) {
      await restore(reference, before);
      await reference.writeWeights(rounded(before?.weights ?? new Map(), seed));
      executor.compute(roundedSteps(seed));
      const near = rounded(inputs, seed);
      for (const [name, error] of gradientErrors(await reference.gradients(near, targets), expected))
        gradients.set(name, Math.max(error, gradients.get(name) ?? 0));
      loss = Math.max(loss, lossError(await reference.step(near, targets, learningRate), stepped));
      executor.compute();
    }
    return { loss, gradients };
  }
}

async function restore(session: Session, before: Before | undefined): Promise<void> {
  if (before === undefined) throw new Error("there is no such step");
  await session.writeWeights(before.weights);
  await session.writeState(before.state);
}

function lossError({ losses }: StepResult, { losses: expected }: StepResult): number {
  if ([...losses.keys()].join() !== [...expected.keys()].join())
    throw new Error(`losses of ${[...losses.keys()]}, and not of ${[...expected.keys()]}`);
  const errors = [...expected].map(([output, loss]) => (losses.get(output) ?? Number.NaN) / loss - 1);
  return Math.max(...errors.map(Math.abs));
}

function sameForm(engine: EngineName, { predictions }: StepResult, expected: StepResult): void {
  for (const [output, { kind, shape }] of expected.predictions) {
    const found = predictions.get(output);
    if (found?.kind !== kind || found.shape.join() !== shape.join())
      throw new Error(
        `${engine} predicts ${output} as ${found?.kind} [${found?.shape}], not ${kind} [${shape}]`,
      );
  }
}
