/** What passes between a session and the thread it computes in. */
import type { Graph } from "../../../../compiler/network/graph.ts";
import { UserError } from "../../../user-error.ts";
import {
  EngineFull,
  EngineLost,
  EngineRefusal,
  NotFinite,
  type Session,
  type SessionOptions,
  SizeRefusal,
  WeightMismatch,
} from "../../engine.ts";
import type { WeightOrder } from "../weight-order.ts";
import type { SharedDrawing } from "./shared-drawing.ts";

/** What a session answers later. */
export type SessionMethod = Exclude<keyof Session, "allocations" | "close">;

export type Task =
  /** Loads what sessions need: before there is one. */
  | { readonly kind: "load" }
  | {
      readonly kind: "open";
      readonly graph: Graph;
      readonly options: SessionOptions;
      readonly threads: number;
    }
  | { readonly kind: "call"; readonly method: SessionMethod; readonly given: readonly unknown[] }
  | { readonly kind: "close" }
  /** Of a session in another thread, which makes its programs meanwhile. */
  | { readonly kind: "draw"; readonly drawing: SharedDrawing }
  /** Gives what was drawn last, in these orders, by name. */
  | { readonly kind: "collect"; readonly orders: ReadonlyMap<string, WeightOrder> };

export interface Request {
  readonly id: number;
  readonly session: number;
  readonly task: Task;
}

export interface Answer {
  readonly id: number;
  readonly outcome:
    | { readonly kind: "done"; readonly value: unknown; readonly allocations: number }
    | { readonly kind: "failed"; readonly failure: Failure };
}

/** An error: its class would be lost on the way. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly help: string | undefined;
  readonly facts: EngineRefusal["facts"] | undefined;
  readonly stack: string | undefined;
}

export function failureOf(error: unknown): Failure {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const help = error instanceof UserError ? error.help : undefined;
  const facts = error instanceof EngineRefusal ? error.facts : undefined;
  return { name, message, help, facts, stack };
}

const errors: Readonly<Record<string, (failure: Failure) => Error>> = {
  UserError: ({ message, help }) => new UserError(message, help),
  EngineFull: ({ message, help }) => new EngineFull(message, help),
  SizeRefusal: ({ message }) => new SizeRefusal(message),
  EngineLost: ({ message, help }) => new EngineLost(message, help),
  NotFinite: ({ message }) => new NotFinite(message),
  WeightMismatch: ({ message }) => new WeightMismatch(message),
};

export function errorOf(failure: Failure): Error {
  if (failure.facts !== undefined) return new EngineRefusal(failure.message, failure.facts);
  const known = errors[failure.name];
  return known?.(failure) ?? new Error(failure.message, { cause: failure.stack });
}
