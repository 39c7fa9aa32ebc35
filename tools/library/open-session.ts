/** A network on an engine, for arrays in and out. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { EngineName, Session, SessionOptions } from "../../runtime/engines/engine.ts";
import { checkWeights, readStoredWeights } from "../../runtime/training/weights-file.ts";

export interface OpenOptions extends Partial<SessionOptions> {
  /** By default the fastest that works on this machine. */
  readonly engine?: EngineName | "auto" | undefined;
  /** A file of weights (safetensors). Left out: initial ones. */
  readonly weights?: string | undefined;
}

/**
 * Close it when done.
 * @throws UserError when the engine does not work here, or the weights are not the network's; EngineRefusal when the engine
 *   cannot run the network.
 */
export async function openSession(
  { graph }: CompiledNetwork,
  { engine: asked = "auto", weights, seed = 1, ...options }: OpenOptions = {},
): Promise<Session> {
  const stored = weights === undefined ? undefined : await readStoredWeights(weights);
  if (stored !== undefined) checkWeights(graph, stored);
  const { engine } = await chooseEngine(asked);
  const session = await engine.open(graph, { seed, ...options });
  if (stored !== undefined) await session.writeWeights(stored.weights);
  return session;
}
