/** Says what a network costs, as `fcn cost` does. */
import { totalmem } from "node:os";
import {
  type CostOptions,
  type NetworkCost,
  networkCost,
} from "../../../../compiler/analyses/cost/network-cost.ts";
import { shapeAt } from "../../../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../../../compiler/compile.ts";
import type { ShapedGraph } from "../../../../compiler/network/shape-graph.ts";
import type { Engine } from "../../../../runtime/engines/engine.ts";
import { inputSizes } from "../../../../runtime/engines/input-sizes.ts";
import { type TrainingLevel, trainingLevels } from "../../../../runtime/training/fit-memory.ts";
import { sessionTraining } from "../../../../runtime/training/session-training.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { weightsOf } from "../../../../runtime/weights/weight-name.ts";
import { renderCost } from "../../../../views/terminal/cost/render-cost.ts";
import type { NetworkChoice } from "../../../program/network-choice.ts";
import { jsonText } from "../../console/json-text.ts";
import type { Terminal } from "../../console/terminal.ts";
import { type AskedEngine, chosenEngine } from "../../program/chosen-engine.ts";
import { loadNetwork } from "../../program/load-network.ts";

export interface CostCommand extends NetworkChoice {
  readonly size: readonly [height: number, width: number];
  /** Left out: as the train section says, else 1. */
  readonly batch?: number | undefined;
  /** Bytes that the largest batch is to fit; left out: what the engine can hold here, where that is known. */
  readonly memory?: number | undefined;
  readonly engine: AskedEngine;
  readonly time?: true | undefined;
  readonly json?: true | undefined;
}

/** Operations: a forecast goes through a training step without its numbers, seconds for so many, since finding the gradients takes as long as their number squared. */
const mostForecast = 2_000;

/** @throws UserError for a size that the network does not accept, and for more operations than are forecast. */
export async function runCost(file: string, command: CostCommand, terminal: Terminal): Promise<void> {
  const { network } = await loadNetwork(file, command, terminal);
  const shaped = shapeAt(network.graph, command.size);
  if (shaped.kind === "refused") throw new UserError(shaped.message);
  const operations = network.graph.nodes.length;
  if (operations > mostForecast)
    throw new UserError(
      `${network.name} has ${operations.toLocaleString("en-US")} operations; memory is forecast for at most ${mostForecast.toLocaleString("en-US")}`,
      "fcn inspect FILE --size HxW lists the parameters and MACs of every operation",
    );
  const { engine, report } = await chosenEngine(command.engine, terminal);
  const memory = command.memory ?? engine.room ?? (report.device === "CPU" ? totalmem() : undefined);
  const batch = command.batch ?? network.train?.batch ?? 1;
  const rates = command.time ? await (await import("./measure-speed.ts")).measureSpeed(engine) : undefined;
  const cost = await forecastCost(network, shaped, engine, { batch, memory, rates });
  terminal.print(
    command.json ? jsonText(cost) : renderCost(cost, { unicode: true, columns: terminal.columns }),
  );
}

async function forecastCost(
  network: CompiledNetwork,
  shaped: ShapedGraph,
  engine: Engine,
  asked: Pick<CostOptions, "batch" | "memory" | "rates">,
): Promise<NetworkCost> {
  const sizes = inputSizes(shaped);
  const trainable = weightsOf(network.graph).some(({ specification }) => specification.trainable);
  const training = trainable ? sessionTraining(network) : undefined;
  const levels: TrainingLevel[] = [];
  if (training !== undefined) {
    const batch = { images: asked.batch, sizes };
    for await (const level of trainingLevels(network.graph, engine, training, batch)) levels.push(level);
  }
  return networkCost(network, shaped, {
    ...asked,
    engine: engine.name,
    recomputation: levels
      .filter(({ recomputation }) => recomputation !== undefined)
      .map(({ bytes, added }) => ({ peak: bytes, added })),
    predict: await engine.forecast(network.graph, { sizes }),
    train: training && (await engine.forecast(network.graph, { sizes, training })),
  });
}
