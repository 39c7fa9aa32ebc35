/** What a run with targets gives: losses summed in float64, and predictions. */
import { outputName } from "../../compiler/tensors/evaluate.ts";
import { termName } from "../../compiler/tensors/programs/compared-outputs.ts";
import { four } from "../../compiler/tensors/value.ts";
import type { PredictionBatch } from "../arrays.ts";
import type { LossPart, StepResult } from "./engine.ts";
import type { PreparedProgram, ProgramRun } from "./executor.ts";
import type { TermFeeds } from "./feeds/term-feeds.ts";
import { mapOf } from "./output-map.ts";
import type { TrainedOutput } from "./trained-outputs.ts";

export function stepResult(
  { program }: Pick<PreparedProgram, "program">,
  run: Pick<ProgramRun, "outputs" | "maps">,
  trained: readonly TrainedOutput[],
  feeds: TermFeeds,
): StepResult {
  const read = (name: string) => {
    const values = run.outputs.get(name);
    if (values === undefined) throw new Error(`the program gave no ${name}`);
    return values;
  };
  const terms = new Map(
    trained.map(({ output, terms }) => {
      const parts = terms.map((_, place): LossPart => {
        const name = termName(output.name, place);
        const given = feeds.get(name);
        if (given === undefined) throw new Error(`the term ${name} has no scale`);
        return { value: given.scale * sumOf(read(outputName("loss", name))), counted: given.counted };
      });
      return [output.name, parts] as const;
    }),
  );
  const losses = new Map(
    [...terms].map(([name, parts]) => [name, parts.reduce((sum, { value }) => sum + value, 0)] as const),
  );
  const predictions = new Map(
    trained.map(({ output: { name }, predicts, confidence }): readonly [string, PredictionBatch] => {
      const kind = predicts === "map" ? "map" : "classes";
      const id = program.outputs.find((one) => one.kind === kind && one.name === name)?.value ?? -1;
      const shape = four(program.values[id]?.shape ?? []);
      if (kind === "classes") {
        const [batch, , height, width] = shape;
        const values = read(outputName(kind, name));
        const labels = { data: new Int32Array(values), shape: [batch, height, width] } as const;
        if (confidence !== true) return [name, { kind: "labels", ...labels }];
        const probabilities = new Float32Array(read(outputName("confidence", name)));
        return [name, { kind: "labels", ...labels, confidence: probabilities }];
      }
      return [name, { kind: "map", ...mapOf(run, outputName(kind, name), shape) }];
    }),
  );
  return { loss: sumOf([...losses.values()]), losses, terms, predictions };
}

/** In float64. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}
