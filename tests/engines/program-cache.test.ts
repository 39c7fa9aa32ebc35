/** Which prepared programs are kept, and which are closed. */
import { expect, it } from "vitest";
import type { Program } from "../../compiler/tensors/program.ts";
import { ProgramCache } from "../../runtime/engines/program-cache.ts";

const sizes = { sizes: new Map([["H", 64]]) };

/** A cache over programs that compute nothing, and the names of those that are open. */
function namedPrograms() {
  const open: string[] = [];
  const programOf = (name: string): Program => ({
    name,
    feeds: [],
    state: [],
    values: [],
    steps: [],
    outputs: [],
    updates: [],
  });
  const cache = new ProgramCache({
    prepare: async (program) => {
      open.push(program.name);
      return {
        program,
        run: () => Promise.reject(new Error("it is not run")),
        close: () => void open.splice(open.indexOf(program.name), 1),
      };
    },
    writeState: () => {},
    readState: async () => new Float32Array(),
    allocations: () => 0,
    close: () => {},
  });
  const ask = (name: string, alone: boolean, batch = 1) =>
    cache.program(name, sizes, batch, () => programOf(`${name} ${batch}`), { alone });
  return { cache, open, ask };
}

it("those of the last eight batches, sizes and purposes are kept", async () => {
  const { cache, open, ask } = namedPrograms();
  for (let batch = 1; batch <= 9; batch++) await ask("step", false, batch);
  await ask("step", false, 2);
  await ask("step", false, 10);
  expect(open).toEqual([2, 4, 5, 6, 7, 8, 9, 10].map((batch) => `step ${batch}`));
  cache.close();
  await Promise.resolve();
  expect(open).toEqual([]);
});

it("of those that are asked for alone one is kept, beside the others", async () => {
  const { open, ask } = namedPrograms();
  await ask("update", false, 0);
  await ask("step", true, 4);
  await ask("step", true, 4);
  expect(open).toEqual(["update 0", "step 4"]);
  await ask("step", true, 2);
  expect(open).toEqual(["update 0", "step 2"]);
  await ask("guides", false, 2);
  await ask("evaluate", true);
  expect(open).toEqual(["update 0", "guides 2", "evaluate 1"]);
});
