/** A loss computed by an engine: of a feature map that is the weights of the graph, by which it gives gradients. */
import type { MapBatch, TargetBatch } from "../../runtime/arrays.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import type { TermTargets } from "../../runtime/engines/trained-outputs.ts";
import { Network } from "../engines/graphs.ts";
import type { ComputedLoss } from "./loss-program.ts";
import { mapAsWeights, oneHot } from "./map-as-weights.ts";

/** @param map [batch, height, width, channels], of that shape; the loss and its gradient are times the factor. */
export async function lossByEngine(
  engine: Engine,
  map: Float32Array,
  shape: MapBatch["shape"],
  target: TermTargets,
  factor: number,
): Promise<ComputedLoss> {
  const [batch, height, width, channels] = shape;
  const positions = batch * height * width;
  const network = new Network("loss");
  const logits = mapAsWeights(network, network.input("places", positions, [height, width]), channels, "map");
  const classes = target.kind === "classes";
  const output =
    target.kind === "map" || target.kind === "prediction"
      ? { name: "map", node: logits, logits, activation: undefined }
      : channels === 1
        ? network.sigmoid(logits, "map")
        : network.softmax(logits, "map");
  const session = await engine.open(network.finish(output), {
    seed: 1,
    training: {
      outputs: new Map([
        ["map", { loss: [{ factor, term: target.term }], predicts: classes ? "classes" : "map" }],
      ]),
      optimizer: { kind: "sgd", learningRate: 1, momentum: 0, nesterov: false, weightDecay: 0 },
    },
  });
  try {
    const data = new Float32Array(map.length);
    map.forEach((value, i) => {
      data[(i % channels) * positions + Math.floor(i / channels)] = value;
    });
    await session.writeWeights(new Map([["map.weight", { shape: [channels, positions, 1, 1], data }]]));
    const inputs = new Map([["places", oneHot(batch, height, width)]]);
    const targets = new Map([["map", targetBatch(target, shape)]]);
    const { loss } = await session.evaluate(inputs, targets);
    const found = (await session.gradients(inputs, targets)).get("map.weight")?.data ?? [];
    const gradient = map.map(
      (_, i) => found[(i % channels) * positions + Math.floor(i / channels)] ?? Number.NaN,
    );
    return { loss, gradient };
  } finally {
    session.close();
  }
}

function targetBatch(term: TermTargets, shape: MapBatch["shape"]): TargetBatch {
  const [images, rows, columns, channels] = shape;
  if (term.kind === "prediction") {
    const data = new Float32Array(images * rows * columns * channels);
    return { kind: "map", data, shape, valid: new Uint8Array(images * rows * columns) };
  }
  const { kind, targets } = term;
  if (kind !== "classes")
    return { kind: "map", data: targets.values, shape, valid: Uint8Array.from(targets.valid) };
  const [batch, height, width] = shape;
  const data = targets.classes.map((label, i) => (targets.weights[i] === 0 ? -1 : label));
  return { kind: "labels", data, shape: [batch, height, width] };
}
