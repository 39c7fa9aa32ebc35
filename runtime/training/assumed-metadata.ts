/** What a prediction must know of weights beside their values, where the file does not say it or the user says otherwise. */

import type { CompiledNetwork } from "../../compiler/compile.ts";
import { counted } from "../../compiler/counted.ts";
import { learnsMasks, usualTarget } from "../../compiler/learning/targets/registry.ts";
import type { GraphOutput } from "../../compiler/network/graph.ts";
import type { Normalisation } from "../arrays.ts";
import { classCount } from "../engines/class-targets.ts";
import { imageInputs } from "../fit/fit.ts";
import type { LearnedTarget } from "../targets/learned-target.ts";
import { learnedTarget } from "../targets/registry.ts";
import { UserError } from "../user-error.ts";
import type { StoredWeights, TrainedWeights } from "./weights-file.ts";
import type { WeightsMetadata } from "./weights-metadata.ts";

/** What the user says of the weights; it wins over what the file says. */
export interface SaidOfWeights {
  readonly classes?: readonly string[] | undefined;
  /** Of the input's values from 0 to 1, by input name, "" for the first input: one number, or one for each channel. */
  readonly mean?: ReadonlyMap<string, readonly number[]> | undefined;
  readonly std?: ReadonlyMap<string, readonly number[]> | undefined;
}

export interface CompletedWeights {
  readonly trained: TrainedWeights;
  /** A sentence for each property that neither the file nor the user states, with the value assumed. */
  readonly assumed: readonly string[];
}

/**
 * @param stored weights that fit the network.
 * @throws UserError when what is said does not fit the network, or an output has learned what cannot be guessed.
 */
export function completeWeights(
  network: CompiledNetwork,
  stored: StoredWeights,
  said: SaidOfWeights,
): CompletedWeights {
  const assumed: string[] = [];
  const known = stored.metadata;
  const metadata: WeightsMetadata = {
    ...(known ?? unknownMetadata(network, stored.file, assumed)),
    ...normalisationsOf(network, stored, said, assumed),
    classes: said.classes ?? known?.classes ?? assumedClasses(network, assumed),
  };
  checkClassCount(network, stored.file, metadata);
  return { trained: { ...stored, metadata }, assumed };
}

function unknownMetadata(
  network: CompiledNetwork,
  file: string,
  assumed: string[],
): Omit<WeightsMetadata, "classes" | "normalisation" | "otherNormalisations"> {
  const trainedOutputs = network.train?.outputs;
  const targets = Object.fromEntries(
    network.graph.outputs.map((output): [string, LearnedTarget] => {
      const trained = trainedOutputs?.find(({ name }) => name === output.name);
      if (trained !== undefined) return [output.name, learnedTarget(trained.target)];
      if (!tellsClasses(network, output)) throw unknownTarget(network, file, output);
      return [output.name, usualTarget];
    }),
  );
  const others = Object.entries(targets).filter(([, target]) => !learnsMasks(target));
  if (others.length > 0) {
    const outputs = others.map(([name, { kind }]) => `${name} = ${kind}`).join(", ");
    assumed.push(`the outputs learned ${outputs}, as in the train section`);
  }
  return {
    network: network.name,
    parameters: network.parameters,
    source: "",
    targets,
    classWeights: undefined,
    binWeights: {},
    step: 0,
    epoch: 0,
    version: "",
  };
}

function tellsClasses({ graph }: CompiledNetwork, output: GraphOutput): boolean {
  const channels = graph.nodes[output.logits]?.map.channels ?? 0;
  return output.activation === "sigmoid" ? channels === 1 : channels >= 2;
}

function unknownTarget({ name }: CompiledNetwork, file: string, output: GraphOutput): UserError {
  return new UserError(
    `${file} does not state what the output "${output.name}" learned`,
    `state it in a train section: train ${name} { targets ${output.name} = depth("depth/*.png") }`,
  );
}

function normalisationsOf(
  { graph }: CompiledNetwork,
  { file, metadata }: StoredWeights,
  said: SaidOfWeights,
  assumed: string[],
): Pick<WeightsMetadata, "normalisation" | "otherNormalisations"> {
  const inputs = imageInputs(graph).map(({ attributes }) => attributes);
  const firstName = inputs[0]?.name;
  for (const name of [...(said.mean?.keys() ?? []), ...(said.std?.keys() ?? [])])
    if (name !== "" && !inputs.some((input) => input.name === name))
      throw new UserError(
        `${graph.name} has no input "${name}" to normalise`,
        `its inputs: ${inputs.map((input) => input.name).join(", ")}`,
      );
  const found = inputs.map(({ name, channels }): [string, Normalisation] => {
    const first = name === firstName;
    const own = first ? metadata?.normalisation : metadata?.otherNormalisations[name];
    const ask = (values: SaidOfWeights["mean"]) => values?.get(name) ?? (first ? values?.get("") : undefined);
    const [mean, std] = [ask(said.mean), ask(said.std)];
    if (own === undefined && (mean === undefined || std === undefined)) {
      const given = [mean && "--std", std && "--mean"].find((option) => option !== undefined);
      assumed.push(
        given === undefined
          ? `values of the input "${name}" from 0 to 1, not normalised; change this by --mean and --std`
          : `${given} ${given === "--std" ? "1" : "0"} for the input "${name}"`,
      );
    }
    const normalisation = {
      mean: perChannel(mean, channels, "--mean", name) ?? own?.mean ?? filled(channels, 0),
      deviation: perChannel(std, channels, "--std", name) ?? own?.deviation ?? filled(channels, 1),
    };
    if (normalisation.mean.length === channels && normalisation.deviation.length === channels)
      return [name, normalisation];
    throw new UserError(
      `${file} normalises ${counted(normalisation.mean.length, "channel")}, and the input "${name}" of ${graph.name} has ${channels}`,
      "give --mean and --std of each channel",
    );
  });
  const [[, normalisation] = ["", { mean: [], deviation: [] }], ...others] = found;
  return { normalisation, otherNormalisations: Object.fromEntries(others) };
}

function perChannel(
  values: readonly number[] | undefined,
  channels: number,
  option: string,
  input: string,
): readonly number[] | undefined {
  const [value = 0, second] = values ?? [];
  if (values === undefined || values.length === channels) return values;
  if (second === undefined) return filled(channels, value);
  throw new UserError(
    `${option} has ${values.length} values, and the input "${input}" has ${counted(channels, "channel")}`,
    "give one value, or one for each channel",
  );
}

const filled = (count: number, value: number): readonly number[] =>
  Array.from({ length: count }, () => value);

function assumedClasses({ graph, train }: CompiledNetwork, assumed: string[]): readonly string[] {
  const labels = graph.outputs.find((output) => {
    const target = train?.outputs.find(({ name }) => name === output.name)?.target;
    return target === undefined || learnsMasks(target);
  });
  if (labels === undefined) return [];
  const classes = train?.masks.classes ?? graph.classes;
  const names = classes ?? filled(classCount(graph, labels), 0).map((_, i) => `class ${i}`);
  assumed.push(`the classes ${names.join(", ")} in this order; change this by --classes`);
  return names;
}

/** @throws UserError when an output that learned labels tells other than so many classes. */
function checkClassCount(
  { graph }: CompiledNetwork,
  file: string,
  { classes, targets }: WeightsMetadata,
): void {
  for (const output of graph.outputs) {
    if (!learnsMasks(targets[output.name] ?? usualTarget)) continue;
    const told = classCount(graph, output);
    if (told === classes.length) continue;
    throw new UserError(
      `${file} is used with ${counted(classes.length, "class", "classes")} (${classes.join(", ")}), and the output "${output.name}" of ${graph.name} has ${told}`,
      "give as many names by --classes",
    );
  }
}
