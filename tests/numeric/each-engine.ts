/** The same tests on every engine of the machine; an absent one is a skip that says why, or a failure where it must be there. */
import { describe, it } from "vitest";
import { findEngines, type NumericEngine, softwareGpu } from "./engines.ts";
import { program, type TensorProgram } from "./program.ts";

/** On the tensor program in float64 too. */
export async function onEachEngine(
  subject: string,
  tests: (engine: NumericEngine | TensorProgram) => void,
): Promise<void> {
  if (softwareGpu !== "alone") describe(`${subject} by ${program.name}`, () => tests(program));
  for (const engine of await findEngines()) {
    describe(`${subject} on ${engine.name}`, () => {
      if ("engine" in engine) {
        tests(engine);
      } else if (engine.required) {
        it("finds the engine", () => {
          throw new Error(engine.absent);
        });
      } else {
        it.skip(`is not here: ${engine.absent}`);
      }
    });
  }
}
