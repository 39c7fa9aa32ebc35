/** What was loaded from a file of torchvision's weights, in words: a line for each thing that is not as torchvision has it. */
import type { Graph } from "../../../compiler/network/graph.ts";
import type { EncoderInput } from "../../../compiler/prelude/torchvision/preparation.ts";
import { imagenet } from "../../../compiler/prelude/torchvision/preparation.ts";
import type { TorchvisionPart } from "../../../compiler/prelude/torchvision/weight-names.ts";
import type { FittedPart } from "./fit-part.ts";

export interface LoadedTorchvision {
  readonly file: string;
  readonly graph: Graph;
  readonly loaded: readonly FittedPart[];
  readonly heads: readonly FittedPart[];
  /** Encoders and heads that the file does not hold. */
  readonly absent: readonly TorchvisionPart[];
  /** Weights that were loaded. */
  readonly count: number;
  /** The program's weights that were not. */
  readonly others: readonly string[];
  /** The file's. */
  readonly unused: readonly string[];
  readonly readers: readonly (EncoderInput & { readonly prefix: string })[];
}

export function describeLoaded(result: LoadedTorchvision): string {
  const { file, loaded, heads, count } = result;
  const parts = [...loaded, ...heads].map(({ part }) => `${part.model} into ${part.prefix}`);
  return [
    `${counted(count, "weight")} of torchvision loaded from ${file}: ${parts.join(", ")}`,
    ...[
      ...preparationLines(result),
      ...loaded.flatMap(({ part }) => part.differences.map((one) => `${part.prefix}: ${one}`)),
      ...changedLines([...loaded, ...heads]),
      ...result.absent.map(({ model, prefix }) => `${prefix}: the file has no ${model}; it is initialised`),
      ...initialisedLine(result),
      ...unusedLine(result.unused),
    ].map((line) => `  ${line}`),
  ].join("\n");
}

function preparationLines({ readers }: LoadedTorchvision): readonly string[] {
  const normalised = new Set(
    readers.flatMap(({ input, isColour }) => (isColour && input !== undefined ? [input] : [])),
  );
  const { mean, deviation } = imagenet;
  return [
    ...[...normalised].map(
      (input) =>
        `${input}: RGB from 0 to 1, normalised as ImageNet: mean ${mean.join(", ")}, standard deviation ${deviation.join(", ")}`,
    ),
    ...readers.flatMap(({ prefix, input, reads, channels, isColour }) => {
      if (isColour) return [];
      return input === undefined
        ? [`${prefix}: reads ${reads}, a feature map, to which ImageNet's normalisation does not apply`]
        : [
            `${input}: ${counted(channels, "channel")} instead of RGB, normalised by the training images, not as ImageNet`,
          ];
    }),
  ];
}

function changedLines(parts: readonly FittedPart[]): readonly string[] {
  return parts.flatMap(({ weights }) => {
    const layers = new Map<string, string>();
    for (const { name, adapted } of weights) {
      const layer = name.replace(/\.[^.]*$/, "");
      if (adapted?.kind === "channels")
        layers.set(
          layer,
          adapted.to === 1
            ? `${layer}: torchvision's ${adapted.from} input channels are summed to 1`
            : `${layer}: torchvision's ${adapted.from} input channels are repeated to ${adapted.to} and scaled by ${adapted.from}/${adapted.to}`,
        );
      if (adapted?.kind === "classes")
        layers.set(
          layer,
          `${layer}: ${counted(adapted.to, "class", "classes")}, torchvision's ${adapted.from}; it is initialised`,
        );
    }
    return [...layers.values()];
  });
}

function initialisedLine({ others }: LoadedTorchvision): readonly string[] {
  if (others.length === 0) return [];
  const layers = new Set(others.map((name) => name.replace(/\.[^.]*$/, "")));
  return [
    `${counted(others.length, "weight")} of ${counted(layers.size, "layer")} of the program are initialised`,
  ];
}

/** By the first part of their names: "fc (2)". */
function unusedLine(unused: readonly string[]): readonly string[] {
  if (unused.length === 0) return [];
  const modules = new Map<string, number>();
  for (const name of unused) {
    const module = name.split(".", 1)[0] ?? name;
    modules.set(module, (modules.get(module) ?? 0) + 1);
  }
  const named = [...modules].map(([module, count]) => `${module} (${count})`);
  return [`${counted(unused.length, "weight")} of the file are not used: ${named.join(", ")}`];
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
