/** The configuration of the entries of a train section, of a network that tells classes apart. */
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import { elaborateTrain } from "../../compiler/learning/section/elaborate-train.ts";
import { parse } from "../../grammar/parse.ts";

/** @throws Error where the entries have mistakes */
export function configurationOf(entries: string, classes: readonly string[]): TrainConfiguration {
  const { program, problems } = parse(`train N {\n${entries}\n}`, "test.fcn");
  const [train] = program.items;
  if (train?.kind !== "train" || problems.length > 0) throw new Error("no train section");
  const outputs = [{ name: "labels", channels: classes.length, activation: "softmax" as const }];
  const { configuration, diagnostics } = elaborateTrain(train, {
    classes,
    classCount: classes.length,
    inputs: [
      {
        name: "image",
        size: [
          { symbol: "H", scale: 1, shift: 0 },
          { symbol: "W", scale: 1, shift: 0 },
        ],
      },
    ],
    outputs,
  });
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return configuration;
}
