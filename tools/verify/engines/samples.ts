/** Some examples that stand for all where a comparison must be short. */
import { type MemorySubject, memorySubjects } from "../memory/subjects.ts";

/** Together they have every operation, and their trainings every primitive, that an example has (`tests/engines/examples.test.ts`). */
export const sample: readonly MemorySubject[] = [
  "crf-rnn.fcn",
  "deeplab-largefov.fcn",
  "deeplab-v3.fcn",
  "hed.fcn",
  "iizuka-colourisation.fcn",
  "retouching.fcn",
  "segnet-basic.fcn",
  "super-resolution.fcn",
].map((name) => {
  const subject = memorySubjects.find(({ example }) => example === name);
  if (subject === undefined) throw new Error(`there is no example ${name}`);
  return subject;
});
