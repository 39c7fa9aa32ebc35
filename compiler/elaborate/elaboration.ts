/** The state of elaborating one network: the graph under construction, the current map, where we are, what was found wrong. */
import type { Body, Path } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/span.ts";
import type { DiagnosticCode, FactsOf } from "../diagnostics/catalogue.ts";
import { type Diagnostic, diagnose, type Fix, type Related } from "../diagnostics/diagnostic.ts";
import type { Refusal } from "../diagnostics/problem.ts";
import { GraphBuilder } from "../ir/build.ts";
import type { GraphOutput, ScopeStep } from "../ir/graph.ts";
import type { Scope } from "../names/scope.ts";
import type { MapValue, Poison } from "../names/value.ts";
import type { SizeSet } from "../sizes/size-function.ts";
import { NodeNames } from "./node-names.ts";

/** A condition some node put on a size symbol, for saying later which two contradict each other. */
export interface Condition {
  readonly symbol: string;
  readonly accepted: SizeSet;
  readonly span: Span;
}

/** What a body stands for: the top of a network, a block, a loop or path, or the paths of a fork. */
export type BodyRole = "network" | "block" | "body" | "fork";

/** Elaborates the statements in `scope`, which gets their blocks and `let`s. `onPath` is given inside a fork. */
export type ElaborateBody = (
  body: Body,
  scope: Scope,
  state: Elaboration,
  role: BodyRole,
  onPath?: (path: Path, scope: Scope) => void,
) => void;

export class Elaboration {
  readonly builder: GraphBuilder;
  readonly diagnostics: Diagnostic[] = [];
  readonly names = new NodeNames();
  readonly outputs: (GraphOutput & { readonly span: Span })[] = [];
  /** Accepted sizes so far, by symbol. */
  readonly accepted = new Map<string, SizeSet>();
  readonly conditions: Condition[] = [];
  /** The current feature map; `undefined` before the first input. */
  current: MapValue | Poison | undefined;
  role: "encoder" | "decoder" | undefined;
  /** Block calls and loop turns around the present statement, outermost first. */
  path: readonly ScopeStep[] = [];
  /** Before the names of nodes made now: "vgg." */
  prefix = "";
  construct: "skip" | "fork" | undefined;
  blockDepth = 0;
  bodyDepth = 0;
  /** Loop turns and nodes so far, to stop a program that would never end. */
  turns = 0;
  /** Set once a limit is passed: nothing more is elaborated. */
  stopped = false;

  /** Elaborates a body: calls and joins contain bodies, and bodies calls and joins. */
  readonly body: ElaborateBody;

  constructor(networkName: string, body: ElaborateBody) {
    this.builder = new GraphBuilder(networkName);
    this.body = body;
  }

  report<C extends DiagnosticCode>(
    code: C,
    facts: FactsOf<C>,
    span: Span,
    extra: { readonly related?: readonly Related[]; readonly fixes?: readonly Fix[] } = {},
  ): void {
    this.diagnostics.push(diagnose(code, facts, span, extra));
  }

  /** Reports what an operation's rule refused, at the argument it is about where that is known. */
  refused(refusal: Refusal, span: Span, arguments_?: ReadonlyMap<string, Span>): void {
    const { code, facts, parameter } = refusal.problem;
    const argument = parameter === undefined ? undefined : arguments_?.get(parameter);
    this.report(code, facts, argument ?? span);
  }

  /** Runs `inside` with some of the surroundings changed, and restores them. */
  within<T>(
    surroundings: Partial<Pick<Elaboration, "role" | "path" | "prefix" | "construct">>,
    inside: () => T,
  ): T {
    const { role, path, prefix, construct } = this;
    Object.assign(this, surroundings);
    const result = inside();
    Object.assign(this, { role, path, prefix, construct });
    return result;
  }
}
