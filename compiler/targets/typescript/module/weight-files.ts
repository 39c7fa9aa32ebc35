/** The bodies of `load` and `save`: files of weights, and what they say of them. */
import type { InputNode } from "../../../network/graph.ts";
import type { TargetSubject } from "../../target.ts";
import { identifier } from "../body/names.ts";
import type { ModuleFacts } from "./facts.ts";

export function loadStatements({ inputs: [first], loss: { measured } }: ModuleFacts): string {
  const name = identifier(first.attributes.name);
  const classWeights = measured.has("classWeights");
  const binWeights = measured.has("binWeights");
  const read = [
    "normalisation",
    'other_normalisations: others = "{}"',
    ...(classWeights ? ["class_weights: classWeights"] : []),
    ...(binWeights ? ["bin_weights: binWeights"] : []),
  ];
  return `
    const { tensors, metadata } = readSafetensors(file instanceof Uint8Array ? file : new Uint8Array(file));
    for (const [name, { shape }] of Object.entries(weightSpecifications)) {
      const found = tensors.get(name)?.shape;
      if (found?.join() === shape.join()) continue;
      const what = found === undefined ? "is missing" : \`has the shape [\${found.join(", ")}]\`;
      throw new RangeError(\`\${name} \${what}; the network needs [\${shape.join(", ")}]\`);
    }
    for (const [name, weight] of Object.entries(this.weights)) {
      const { shape = [], data = [] } = tensors.get(name) ?? {};
      tf.tidy(() => weight.assign(fromFile(shape, tf.tensor(data, shape, "float32"))));
    }
    this.#metadata = metadata;
    const { ${read.join(", ")} } = metadata;
    if (normalisation !== undefined) {
      this.normalisation = { ...this.normalisation, ...JSON.parse(others), ${name}: JSON.parse(normalisation) };
    }
    ${classWeights ? `if (classWeights !== undefined) this.classWeights = JSON.parse(classWeights) ?? undefined;` : ""}
    ${binWeights ? `if (binWeights !== undefined) this.binWeights = JSON.parse(binWeights);` : ""}`;
}

export function saveStatements({ inputs }: ModuleFacts): string {
  return `
    const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const [name, weight] of Object.entries(this.weights)) {
      const values = tf.tidy(() => toFile(weight).clone());
      tensors.set(name, { shape: values.shape, data: new Float32Array(await values.data()) });
      values.dispose();
    }
    return writeSafetensors(tensors, { ...this.#metadata, ${normalisationEntries(inputs)} });`;
}

function normalisationEntries([first, ...others]: readonly [InputNode, ...InputNode[]]): string {
  const one = `normalisation: JSON.stringify(this.normalisation.${identifier(first.attributes.name)})`;
  if (others.length === 0) return one;
  const rest = others.map(
    ({ attributes: { name } }) => `${JSON.stringify(name)}: this.normalisation.${identifier(name)}`,
  );
  return `${one}, other_normalisations: JSON.stringify({ ${rest.join(", ")} })`;
}

/** What a file of the weights says of them (runtime/training/weights-metadata.ts) where they were not loaded. */
export function metadataCode(
  { network: { name, parameters, train }, source, version }: TargetSubject,
  classes: readonly string[] | undefined,
): string {
  const targets = (train?.outputs ?? []).map(({ name: output, target }) => {
    const { from: _, ...settings } = target as { readonly kind: string; readonly from?: unknown }; // no file goes along
    return [output, settings];
  });
  return JSON.stringify({
    format: "fcn-weights-1",
    network: name,
    parameters: JSON.stringify(Object.fromEntries(parameters)),
    source,
    classes: JSON.stringify(classes ?? []),
    targets: JSON.stringify(Object.fromEntries(targets)),
    class_weights: "null",
    bin_weights: "{}",
    step: "0",
    epoch: "0",
    version,
  });
}
