/** The error for an image that an engine cannot hold: the memory it needs, the largest image that fits, and the alternatives. */
import { totalmem } from "node:os";
import type { PerAxis } from "../../../compiler/axis.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import type { WorkingReport } from "../../../runtime/engines/choose.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import { engineNames, loadEngine } from "../../../runtime/engines/engines.ts";
import type { ImageFit } from "../../../runtime/fit/fit.ts";
import {
  type EngineRoom,
  PredictionMemory,
  valueBytes,
} from "../../../runtime/prediction/prediction-memory.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { withPrefix } from "../../../views/text/numbers.ts";

/** An engine on the CPU holds at most what the machine has. */
export function roomOf(engine: Engine, { device, largestArray }: WorkingReport): EngineRoom {
  return { engine, device, bytes: engine.room ?? (device === "CPU" ? totalmem() : undefined), largestArray };
}

/**
 * @param stopped the engine was tried and ran out of memory
 * @param limited the room is what --memory allows
 */
export async function imageTooLarge(
  path: string,
  image: PerAxis<number>,
  {
    graph,
    room,
    stopped = false,
    limited = false,
  }: {
    readonly graph: Graph;
    readonly room: EngineRoom;
    readonly stopped?: boolean;
    readonly limited?: boolean;
  },
): Promise<UserError> {
  const memory = new PredictionMemory(graph, room);
  const [bytes, largest] = [await memory.bytes(image), await memory.largest(image)];
  const { name } = room.engine;
  const takes =
    bytes === undefined
      ? "has a feature map that does not fit in one array of the engine"
      : `needs ${withPrefix(bytes, "B")}`;
  const holds =
    room.bytes === undefined
      ? ""
      : `, and ${limited ? "--memory allows" : `the ${name} engine holds`} at most ${withPrefix(room.bytes, "B")}`;
  const fitting =
    largest === undefined
      ? "no image of these proportions is sure to fit"
      : `an image of at most ${largest.join("×")} is sure to fit: resize it`;
  const others = limited ? [] : await othersThatHold(graph, image, room);
  return new UserError(
    `${path}: a prediction of ${image.join("×")} pixels ${takes}${holds}${stopped ? "; it ran out of memory" : ""}`,
    [
      fitting,
      others.length === 0
        ? limited
          ? "allow more memory"
          : "no other engine on this machine can hold it"
        : `${others.map((other) => `--engine ${other}`).join(" or ")} can hold it`,
      "a narrower network needs less memory",
    ].join("; "),
  );
}

/**
 * Where the values of a prediction are needed all at once, they are held beside the engine, whole or in tiles.
 * @param fit of the image
 * @param allowed bytes by --memory; left out: what the machine has
 * @throws UserError when they are more
 */
export function checkValues(path: string, graph: Graph, fit: ImageFit, allowed?: number): void {
  const bytes = valueBytes(graph, fit);
  if (bytes <= (allowed ?? totalmem())) return;
  const holds =
    allowed === undefined
      ? `this machine has ${withPrefix(totalmem(), "B")}`
      : `--memory allows ${withPrefix(allowed, "B")}`;
  throw new UserError(
    `${path}: the values of a prediction of ${fit.image.join("×")} pixels take ${withPrefix(bytes, "B")}, and ${holds}`,
    `pictures of values and the fully connected CRF need all of them at once: ${allowed === undefined ? "" : "allow more memory, "}resize the image or divide it`,
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
