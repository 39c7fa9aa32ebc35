/** Writes the emitted package into the folder of a run: with the normalisation of its data, its weights, and what checkpoints say of it. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { packageName } from "../../../compiler/targets/pytorch/names.ts";
import { pytorch } from "../../../compiler/targets/pytorch/pytorch.ts";
import type { WeightArray } from "../../arrays.ts";
import type { InputPlan } from "../../data/input-plan.ts";
import { writeAtomically } from "../../files/atomic-write.ts";
import { UserError } from "../../user-error.ts";
import type { RunPlan } from "../run-plan.ts";
import type { TrainOptions } from "../train-options.ts";
import { encodeMetadata, type WeightsMetadata } from "../weights-metadata.ts";

export interface PackageContent {
  readonly plan: RunPlan;
  readonly metadata: WeightsMetadata;
  readonly inputs: readonly InputPlan[];
  /** With which the run starts. */
  readonly weights: ReadonlyMap<string, WeightArray>;
}

export interface WrittenPackage {
  /** In which Python finds it. */
  readonly folder: string;
  readonly name: string;
}

/** @throws UserError naming what PyTorch cannot express and its line, or a file that cannot be written */
export async function writePackage(
  network: CompiledNetwork,
  { configuration, files = [], source, version, folder }: TrainOptions,
  { plan, metadata, inputs, weights }: PackageContent,
): Promise<WrittenPackage> {
  const emission = await pytorch.emit({
    network: { ...network, train: configuration },
    files: new Map(files.map((file) => [file.path, file])),
    source,
    classes: configuration.masks.classes,
    normalisations: new Map(inputs.map(({ name, normalisation }) => [name, normalisation])),
    preprocess: false,
    runnable: false,
    version,
    weights: {
      origin: { kind: "initial", seed: configuration.seed },
      valuesOf: (name) => {
        const value = weights.get(name);
        if (value === undefined) throw new Error(`the network has no weight ${name}`);
        return value;
      },
    },
  });
  if (emission.kind === "refused") {
    const [first] = emission.diagnostics;
    throw new UserError(
      `engine torch does not train ${network.name}: ${first?.message ?? "it is refused"}`,
      "use another engine, by --engine",
    );
  }
  const name = packageName(network.name);
  const place = join(folder.path, "pytorch");
  const origin = { metadata: Object.fromEntries(encodeMetadata(metadata)), plan };
  const written = new Map(emission.files);
  written.set(`${name}/training.json`, Buffer.from(`${JSON.stringify(origin, undefined, 2)}\n`, "utf8"));
  for (const [path, bytes] of written) {
    const file = join(place, path);
    await mkdir(dirname(file), { recursive: true });
    await writeAtomically(file, [bytes]);
  }
  return { folder: place, name };
}
