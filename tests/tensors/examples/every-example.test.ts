import { describe, it } from "vitest";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { compareWithReference } from "./compare.ts";
import { exampleNames, narrowExample } from "./narrowed.ts";

// cpu would take minutes, and has no kernels of its own
for (const name of ["wasm", "native"] as const) {
  const engine = await loadEngine(name);
  const report = await engine.probe();
  describe.skipIf(!report.works)(
    `on ${name}${report.works ? "" : `, which is not here: ${report.reason}`}`,
    () => {
      it.each(exampleNames)(
        "%s predicts, compares and differentiates as its programs do in float64",
        async (example) => {
          const narrow = narrowExample(example);
          const session = await engine.open(narrow.network.graph, narrow.options);
          try {
            await compareWithReference(narrow, session);
          } finally {
            session.close();
          }
        },
        120_000,
      );
    },
  );
}
