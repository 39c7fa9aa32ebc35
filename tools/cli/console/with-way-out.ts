/** An engine's refusal with the engines that can; every other error as it is. */
import { EngineRefusal } from "../../../runtime/engines/engine.ts";

export async function withWayOut(error: unknown): Promise<unknown> {
  if (!(error instanceof EngineRefusal)) return error;
  const [{ explainRefusal }, { surveyEngines }, { createFileHost }] = await Promise.all([
    import("./explain-refusal.ts"),
    import("../../../runtime/engines/engines.ts"),
    import("../../host/file-sources.ts"),
  ]);
  return explainRefusal(error, await surveyEngines(), createFileHost());
}
