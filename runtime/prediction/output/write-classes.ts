/** The probabilities of the classes of a whole image, as CSV, the most probable first. */
import { writeAtomically } from "../../files/atomic-write.ts";
import type { Prediction } from "../prediction.ts";
import type { TableFile } from "./output-files.ts";

/** @throws UserError when the file cannot be written */
export async function writeClasses(
  { map, target: { classes = [] } }: Extract<Prediction, { kind: "map" }>,
  { path }: TableFile,
): Promise<void> {
  const [only = 0] = map.data;
  const probabilities = map.data.length === 1 ? [1 - only, only] : [...map.data];
  const rows = probabilities
    .map((probability, i) => ({ name: classes[i] ?? String(i), probability }))
    .sort((a, b) => b.probability - a.probability)
    .map(({ name, probability }) => `${name},${probability.toFixed(6)}`);
  await writeAtomically(path, [Buffer.from(`${["class,probability", ...rows].join("\n")}\n`)]);
}
