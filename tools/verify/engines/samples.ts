/** Some examples that stand for all where a comparison must be short. */
import { type MemorySubject, memorySubjects } from "../memory/subjects.ts";

/**
 * Together they have every operation that an example has but for some activations and normalisations, which tests/numeric compares by
 * themselves, and their trainings every primitive (`tests/engines/examples.test.ts`).
 */
export const sample: readonly MemorySubject[] = [
  "attention-u-net.fcn",
  "crf-rnn.fcn",
  "deeplab-largefov.fcn",
  "deeplab-v3.fcn",
  "hed.fcn",
  "iizuka-colourisation.fcn",
  "retouching.fcn",
  "segnet-basic.fcn",
  "siamese-change.fcn",
  "super-resolution.fcn",
].map((name) => {
  const subject = memorySubjects.find(({ example }) => example === name);
  if (subject === undefined) throw new Error(`there is no example ${name}`);
  return subject;
});
