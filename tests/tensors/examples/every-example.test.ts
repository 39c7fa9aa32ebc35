import { expect, it } from "vitest";
import type { Engine, EngineName, Session } from "../../../runtime/engines/engine.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { compareWithReference } from "./compare.ts";
import { exampleNames, narrowExample } from "./narrowed.ts";

/** On this machine; `cpu` would take minutes. */
const engines: Engine[] = [];
const quick: readonly EngineName[] = ["wasm", "native"];
for (const name of quick) {
  const engine = await loadEngine(name);
  const report = await engine.probe();
  if (report.works) engines.push(engine);
  else it.skip(`${name} is not here: ${report.reason}`);
}

it("wasm is on every machine", () => expect(engines.map(({ name }) => name)).toContain("wasm"));

it.each(exampleNames)(
  "%s predicts, compares and differentiates on every quick engine as its programs do in float64",
  async (example) => {
    const narrow = narrowExample(example);
    const sessions = new Map<string, Session>();
    try {
      for (const engine of engines)
        sessions.set(engine.name, await engine.open(narrow.network.graph, narrow.options));
      await compareWithReference(narrow, sessions);
    } finally {
      for (const session of sessions.values()) session.close();
    }
  },
  120_000,
);
