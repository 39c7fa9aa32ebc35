/**
 * Lets V8 optimise functions later. What makes the programs and models of a training step runs once, for less than a second, over many
 * functions: a third of the processors' time of opening a session went into machine code that was hardly used, or thrown away.
 */
import { setFlagsFromString } from "node:v8";

/** Bytes of bytecode that a function runs before V8 looks at it: four times as many as V8's own. More gain little, and loops over pixels wait longer. */
const budget = 2 ** 19;

/** In all threads of the process: V8 has one number for them. */
export function optimiseLater(): void {
  setFlagsFromString(`--interrupt-budget=${budget}`);
}
