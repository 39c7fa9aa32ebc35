/** What a run of a program gives, by the names of outputs and weights; and what its program depends on. */
import { outputName } from "../../compiler/tensors/evaluate.ts";
import type { ComparedOutput } from "../../compiler/tensors/programs/compared-outputs.ts";
import { four } from "../../compiler/tensors/value.ts";
import type { MapBatch } from "../arrays.ts";
import type { PreparedProgram, ProgramRun } from "./executor.ts";
import { mapOf } from "./output-map.ts";
import { sumOf } from "./step-result.ts";
import type { TrainedOutput } from "./trained-outputs.ts";
import type { Gradients } from "./update-programs.ts";

/** Not finite where a gradient is not. */
export function slopesOf(gradients: Gradients): number {
  return sumOf([...gradients.values()].map((values) => ("kind" in values ? Number.NaN : sumOf(values))));
}

export function comparedOutput({ output, predicts, confidence, terms }: TrainedOutput): ComparedOutput {
  return { output, predicts, confidence, terms: terms.map(({ term }) => term) };
}

/** What a program with losses depends on beside the shapes. */
export function purposeOf(compared: readonly ComparedOutput[]): string {
  return JSON.stringify(
    compared.map(({ output, terms, predicts, confidence }) => [output.name, terms, predicts, confidence]),
  );
}

export function gradientsOf({ program }: PreparedProgram, { outputs }: ProgramRun) {
  return new Map(
    program.outputs
      .filter(({ kind }) => kind === "gradient")
      .map(({ name }) => {
        const values = outputs.get(outputName("gradient", name));
        if (values === undefined) throw new Error(`the program gave no gradient of ${name}`);
        return [name, values] as const;
      }),
  );
}

/** The outputs of one kind as feature maps, [batch, height, width, channels], by name. */
export function mapsOf(
  { program }: PreparedProgram,
  run: Pick<ProgramRun, "outputs" | "maps">,
  kind: "map" | "gradient",
): Map<string, MapBatch> {
  return new Map(
    program.outputs
      .filter((output) => output.kind === kind)
      .map(({ name, value }) => {
        const shape = four(program.values[value]?.shape ?? []);
        return [name, mapOf(run, outputName(kind, name), shape)];
      }),
  );
}
