/** An engine from a way to start one of TensorFlow.js's backends. */
import type { Graph } from "../../../compiler/network/graph.ts";
import { UserError } from "../../user-error.ts";
import type { Engine, EngineReport, Session, SessionOptions, TfjsEngineName } from "../engine.ts";
import type { Backend } from "./backend.ts";
import { exclusively } from "./exclusive.ts";
import { openSession } from "./open-session.ts";
import { checkArithmetic } from "./probe.ts";

/** Why a backend is not there, and the command or change that would add it. */
export interface Absence {
  readonly reason: string;
  readonly remedy: string | undefined;
}

/** Loads a backend and makes it current. */
export type Start = () => Promise<Backend | Absence>;

/** @param room see `Engine` */
export function tfjsEngine(name: TfjsEngineName, start: Start, room?: number): Engine {
  let started: Promise<Backend | Absence> | undefined;
  const backend = (): Promise<Backend | Absence> => {
    started ??= exclusively(start).catch((error: unknown) => ({
      reason: error instanceof Error ? error.message : String(error),
      remedy: undefined,
    }));
    return started;
  };
  return {
    name,
    room,
    probe: async (): Promise<EngineReport> => {
      const found = await backend();
      if (!("tf" in found)) return { engine: name, works: false, ...found };
      try {
        await checkArithmetic(found);
      } catch (error) {
        const reason = `a test computation failed: ${error instanceof Error ? error.message : error}`;
        return { engine: name, works: false, reason, remedy: undefined };
      }
      const { description, device, software, largestArray } = found;
      return { engine: name, works: true, description, device, software, largestArray };
    },
    open: async (graph: Graph, options: SessionOptions): Promise<Session> => {
      const found = await backend();
      if (!("tf" in found)) throw new UserError(`engine ${name}: ${found.reason}`, found.remedy);
      return openSession(found, graph, options);
    },
    forecast: async (graph, demand) => {
      const { forecastMemory } = await import("./forecast/forecast.ts");
      return forecastMemory(name, graph, demand);
    },
  };
}
