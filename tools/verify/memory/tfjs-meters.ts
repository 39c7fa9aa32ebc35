/**
 * What TensorFlow.js holds, measured inside it: the one place outside the engine's own tests that looks into an engine
 * (.dependency-cruiser.cjs), as no engine knows what its library really takes.
 */
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { loadTensorFlow } from "../../../runtime/engines/tfjs/load.ts";
import { LiveBytes } from "./live-bytes.ts";
import { WasmHeapUse } from "./wasm-heap.ts";

export type MeasuredEngine = "cpu" | "wasm";

export interface Meter {
  readonly peak: number;
  readonly restart: () => void;
}

const meters = new Map<MeasuredEngine, Promise<Meter>>();

/** cpu: all arrays of the backend. wasm: all that is in use on its heap. To be asked for before the engine runs anything. */
export function meterOf(name: MeasuredEngine): Promise<Meter> {
  const meter = meters.get(name) ?? startMeter(name);
  meters.set(name, meter);
  return meter;
}

async function startMeter(name: MeasuredEngine): Promise<Meter> {
  await (await loadEngine(name)).probe();
  const tf = await loadTensorFlow();
  if (!(await tf.setBackend(name))) throw new Error(`the ${name} backend does not start`);
  return name === "cpu" ? new LiveBytes(tf.backend()) : new WasmHeapUse(tf.backend());
}
