import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, EngineRefusal } from "../../../runtime/engines/engine.ts";
import { tfjsEngine } from "../../../runtime/engines/tfjs/engine.ts";
import { startWasm } from "../../../runtime/engines/tfjs/wasm.ts";
import { scratch, tinyConfiguration, trainTiny } from "../../training/tiny-run.ts";

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
});
afterAll(() => remove());

/** Scenes of 32×32 and a first map of 2 channels in float32: 8 kB an image; one image fits and a batch of 4 does not. */
const small: Engine = tfjsEngine("wasm", async () => ({
  ...(await startWasm()),
  largestArray: { bytes: 20_000, source: "a limit of this test" },
}));
const configuration = { ...tinyConfiguration, epochs: 1 };

it("refuses a batch that the engine cannot hold before the first step, and writes nothing", async () => {
  const events: string[] = [];
  const observer = ({ kind }: { readonly kind: string }) => void events.push(kind);
  const run = trainTiny(folder, "large", { configuration, engine: small, observer });
  await expect(run).rejects.toBeInstanceOf(EngineRefusal);
  expect(events).toEqual(["checked"]);
  expect(existsSync(join(folder, "large"))).toBe(false);
});

it("leaves the run that was to be replaced as it was, and trains with a batch that fits", async () => {
  await trainTiny(folder, "kept", { configuration: { ...configuration, batch: 1 }, engine: small });
  const before = readFileSync(join(folder, "kept", "metrics.json"), "utf8");
  const files = readdirSync(join(folder, "kept"));
  const again = trainTiny(folder, "kept", { configuration, engine: small, mode: "overwrite" });
  await expect(again).rejects.toBeInstanceOf(EngineRefusal);
  expect(readdirSync(join(folder, "kept"))).toEqual(files);
  expect(readFileSync(join(folder, "kept", "metrics.json"), "utf8")).toBe(before);
});
