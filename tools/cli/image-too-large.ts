/** An image that an engine cannot hold, for a person: what it takes, the largest that fits, and the ways out. */
import { totalmem } from "node:os";
import type { PerAxis } from "../../compiler/axis.ts";
import { withPrefix } from "../../compiler/inspect/numbers.ts";
import type { Graph } from "../../compiler/ir/graph.ts";
import type { WorkingReport } from "../../runtime/engines/choose.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { engineNames, loadEngine } from "../../runtime/engines/engines.ts";
import { type EngineRoom, PredictionMemory } from "../../runtime/prediction/prediction-memory.ts";
import { UserError } from "../../runtime/user-error.ts";

/** An engine on the CPU holds at most what the machine has. */
export function roomOf(engine: Engine, { device, largestArray }: WorkingReport): EngineRoom {
  return { engine, device, bytes: engine.room ?? (device === "CPU" ? totalmem() : undefined), largestArray };
}

/** @param stopped the engine was tried and ran out of memory */
export async function imageTooLarge(
  path: string,
  image: PerAxis<number>,
  {
    graph,
    room,
    stopped = false,
  }: { readonly graph: Graph; readonly room: EngineRoom; readonly stopped?: boolean },
): Promise<UserError> {
  const memory = new PredictionMemory(graph, room);
  const [bytes, largest] = [await memory.bytes(image), await memory.largest(image)];
  const { name } = room.engine;
  const takes =
    bytes === undefined
      ? "has a feature map larger than the engine holds in one array"
      : `takes ${withPrefix(bytes, "B")}`;
  const holds =
    room.bytes === undefined ? "" : `, and the ${name} engine holds at most ${withPrefix(room.bytes, "B")}`;
  const fitting =
    largest === undefined
      ? "no image of these proportions is sure to fit"
      : `an image of at most ${largest.join("×")} is sure to fit: resize it, or cut it into pieces`;
  const others = await othersThatHold(graph, image, room);
  return new UserError(
    `${path}: predicting ${image.join("×")} pixels ${takes}${holds}${stopped ? "; it ran out of memory" : ""}`,
    [
      fitting,
      others.length === 0
        ? "no other engine of this machine holds it"
        : `${others.map((other) => `--engine ${other}`).join(" or ")} holds it`,
      "a narrower network takes less",
    ].join("; "),
  );
}

async function othersThatHold(
  graph: Graph,
  image: PerAxis<number>,
  { engine }: EngineRoom,
): Promise<string[]> {
  const able: string[] = [];
  for (const name of engineNames) {
    if (name === engine.name) continue;
    const other = await loadEngine(name);
    const report = await other.probe();
    if (!report.works || report.software) continue;
    if (await new PredictionMemory(graph, roomOf(other, report)).fits(image, true)) able.push(name);
  }
  return able;
}
