/** An engine's refusal with the engines that can, values that are not finite with the line of their layer; every other error as it is. */
import { EngineRefusal } from "../../../runtime/engines/engine.ts";
import { Diverged } from "../../../runtime/training/diverged.ts";

export async function withWayOut(error: unknown): Promise<unknown> {
  if (error instanceof Diverged) return withLine(error);
  if (!(error instanceof EngineRefusal)) return error;
  const [{ explainRefusal }, { surveyEngines }, { createFileHost }] = await Promise.all([
    import("./explain-refusal.ts"),
    import("../../../runtime/engines/engines.ts"),
    import("../../host/file-sources.ts"),
  ]);
  return explainRefusal(error, await surveyEngines(), createFileHost());
}

async function withLine(error: Diverged): Promise<Diverged> {
  const { message, help = "", origin } = error;
  if (origin?.kind !== "map") return error;
  const [{ placeOf }, { createFileHost }] = await Promise.all([
    import("./explain-refusal.ts"),
    import("../../host/file-sources.ts"),
  ]);
  return new Diverged(`${placeOf(origin.span, createFileHost())}${message}`, help, origin);
}
