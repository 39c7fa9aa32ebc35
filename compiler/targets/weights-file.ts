/** What a file of weights says of them, as `fcn train` writes it, and the file itself. */
import type { Graph } from "../network/graph.ts";
import { isInput } from "../ops/input.ts";
import type { Normalisation, TargetSubject, TargetWeights } from "./target.ts";
import { utf8 } from "./utf8.ts";

export function metadataOf({
  network: { name, parameters, train, graph },
  source,
  classes,
  normalisations,
  weights,
  version,
}: TargetSubject): Readonly<Record<string, string>> {
  const targets = (train?.outputs ?? []).map(({ name: output, target }) => {
    const { from: _, ...settings } = target as { readonly kind: string; readonly from?: unknown }; // no file goes along
    return [output, settings];
  });
  const [first, ...others] = graph.nodes.filter(isInput).map(({ attributes }) => attributes);
  const known = (input: { readonly name: string; readonly channels: number }): Normalisation =>
    normalisations.get(input.name) ?? {
      mean: new Array<number>(input.channels).fill(0),
      deviation: new Array<number>(input.channels).fill(1),
    };
  const origin = weights?.origin;
  return {
    format: "fcn-weights-1",
    network: name,
    parameters: JSON.stringify(Object.fromEntries(parameters)),
    source,
    classes: JSON.stringify(classes ?? graph.classes ?? train?.masks.classes ?? []),
    normalisation: JSON.stringify(first === undefined ? { mean: [], deviation: [] } : known(first)),
    other_normalisations: JSON.stringify(
      Object.fromEntries(others.map((input) => [input.name, known(input)])),
    ),
    targets: JSON.stringify(Object.fromEntries(targets)),
    class_weights: "null",
    bin_weights: "{}",
    step: String(origin?.kind === "trained" ? origin.step : 0),
    epoch: String(origin?.kind === "trained" ? origin.epoch : 0),
    version,
  };
}

/** A safetensors file (huggingface/safetensors, README, "Format"): the length of the header, the header, the values. */
export function weightsFile(
  graph: Graph,
  { valuesOf }: TargetWeights,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const tensors = graph.nodes.flatMap((node) =>
    node.weights.map((weight) => {
      const name = `${node.name}.${weight.name}`;
      return { name, ...valuesOf(name) };
    }),
  );
  let end = 0;
  const entries = tensors.map(({ name, shape, data }) => {
    const begin = end;
    end += 4 * data.length;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const header = utf8(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const start = 8 + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, start - 8, true);
  bytes.set(header, 8);
  let at = start;
  for (const { data } of tensors)
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  return bytes;
}
