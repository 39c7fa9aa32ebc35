/** A network as a graph model run by TensorFlow.js, compared with the same network on an engine. */
import type { PerAxis } from "../../../compiler/axis.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { TargetSubject } from "../../../compiler/targets/target.ts";
import { tfjsModel } from "../../../compiler/targets/tfjs-model/tfjs-model.ts";
import type { MapBatch } from "../../../runtime/arrays.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { Random } from "../../../runtime/random.ts";
import { type Comparison, fittingSize, sizeOfInput } from "./compare-onnx.ts";
import type { GraphModelRunner, ModelFiles } from "./graph-model-runner.ts";
import { livelyWeights } from "./lively-weights.ts";
import type { PlainArrays } from "./typescript-driver.ts";

const seed = 1;

/** @throws Error when it is refused */
export function graphModelOf(subject: TargetSubject): ModelFiles {
  const emission = tfjsModel.emit(subject);
  if (emission.kind === "refused") {
    throw new Error(emission.diagnostics.map(({ message }) => message).join("; "));
  }
  return emission.files;
}

export interface ExpectedOutputs {
  readonly size: PerAxis<number>;
  readonly batch: number;
  /** What the model is fed: values 0 to 1 where it normalises them. */
  readonly fed: PlainArrays;
  readonly outputs: ReadonlyMap<string, MapBatch>;
}

/** What the engine gives at each size. */
export async function expectedOutputs(
  subject: TargetSubject,
  asked: readonly { readonly size: PerAxis<number>; readonly batch: number }[],
): Promise<readonly ExpectedOutputs[]> {
  const { network, normalisations } = subject;
  const engine = await loadEngine("wasm");
  const session = await engine.open(network.graph, { seed, normalisations });
  try {
    await session.writeWeights(livelyWeights(network.graph, seed));
    const found: ExpectedOutputs[] = [];
    for (const { size: wanted, batch } of asked) {
      const size = fittingSize(network, wanted);
      const { fed, normalised } = imagesOf(subject, size, batch);
      found.push({ size, batch, fed, outputs: await session.predict(normalised) });
    }
    return found;
  } finally {
    session.close();
  }
}

function imagesOf(
  { network, normalisations, preprocess }: TargetSubject,
  size: PerAxis<number>,
  batch: number,
): { readonly fed: PlainArrays; readonly normalised: ReadonlyMap<string, MapBatch> } {
  const images = network.graph.nodes.filter(isInput).map((input) => {
    const { name, channels } = input.attributes;
    const [height, width] = sizeOfInput(network.graph, input, size);
    const random = new Random(seed, `${name} ${size.join("x")}`);
    const length = batch * height * width * channels;
    const image = Float32Array.from({ length }, () => random.uniform());
    const { mean = [], deviation = [] } = normalisations.get(name) ?? {};
    const data = image.map(
      (value, i) => (value - (mean[i % channels] ?? 0)) / (deviation[i % channels] ?? 1),
    );
    const shape = [batch, height, width, channels] as const;
    return { name, fed: { data: preprocess ? image : data, shape }, normalised: { data, shape } };
  });
  return {
    fed: Object.fromEntries(images.map(({ name, fed }) => [name, fed])),
    normalised: new Map(images.map(({ name, normalised }) => [name, normalised])),
  };
}

/** Runs the model at each size. */
export async function compareGraphModel(
  files: ModelFiles,
  expected: readonly ExpectedOutputs[],
  runner: Pick<GraphModelRunner, "run">,
): Promise<readonly Comparison[]> {
  return differences(
    await runner.run(
      files,
      expected.map(({ fed }) => fed),
    ),
    expected,
  );
}

/** What a model gave for each of the batches, compared with what the engine did. */
export function differences(
  batches: readonly PlainArrays[],
  expected: readonly ExpectedOutputs[],
): readonly Comparison[] {
  return expected.flatMap(({ size, batch, outputs }, i) =>
    [...outputs].map(([output, { data, shape }]): Comparison => {
      const found = batches[i]?.[output];
      if (found?.shape.join() !== shape.join())
        throw new Error(`${output} has the shape [${found?.shape}] in TensorFlow.js and [${shape}] here`);
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const apart = data.reduce((most, value, at) => {
        const here = Math.abs(value - (found.data[at] ?? Number.NaN));
        return here > most || Number.isNaN(here) ? here : most;
      }, 0);
      return { size, batch, output, difference: apart / largest, spread: Math.sqrt(variance) / largest };
    }),
  );
}
