/** The state of elaborating one network: the graph under construction, the current map, where we are, what was found wrong. */
import type { Block, Body, Path } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/span.ts";
import type { DiagnosticCode, FactsOf } from "../diagnostics/catalogue.ts";
import { type Diagnostic, diagnose, type Fix, type Related } from "../diagnostics/diagnostic.ts";
import { mostErrors } from "../diagnostics/most-errors.ts";
import type { Refusal } from "../diagnostics/problem.ts";
import { GraphBuilder } from "../ir/build.ts";
import type { GraphOutput, ScopeStep } from "../ir/graph.ts";
import { type LostText, missedName } from "../names/lost-text.ts";
import type { Scope } from "../names/scope.ts";
import { type MapValue, type Poison, poison, type Value } from "../names/value.ts";
import type { SizeFunction, SizeSet } from "../sizes/size-function.ts";
import type { Dilation } from "./dilation.ts";
import { NodeNames } from "./node-names.ts";
import type { Sharing } from "./sharing.ts";

const mostTurns = 100_000;
const mostItems = 2_000_000;

/** A condition some node put on a size symbol, for saying later which two contradict each other. */
export interface Condition {
  readonly symbol: string;
  readonly accepted: SizeSet;
  readonly span: Span;
}

/** A block call that is being elaborated: its place, and the block's name. */
export interface BlockCall {
  readonly span: Span;
  readonly name: string;
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
  /** Sizes whose condition is in `accepted` already. */
  readonly acceptedMaps = new Set<SizeFunction>();
  readonly conditions: Condition[] = [];
  /** The current feature map; `undefined` before the first input. */
  current: MapValue | Poison | undefined;
  role: "encoder" | "decoder" | undefined;
  /** Block calls and loop turns around the present statement, outermost first. */
  path: readonly ScopeStep[] = [];
  /** Before the names of nodes made now: "vgg." */
  prefix = "";
  /** Block calls around the present statement, outermost first. */
  calls: readonly BlockCall[] = [];
  /** Set where text or a block that could not be read is left out, which was reported when it was read. */
  incomplete = false;
  /** Inside a section that is dilated to a resolution. */
  dilation: Dilation | undefined;
  /** Inside a call with the weights of another. */
  sharing: Sharing | undefined;
  bodyDepth = 0;
  /** A block by itself, which nothing calls: its parameters without defaults and its current map are not known. */
  readonly uncalled: boolean;
  /** Blocks whose mistakes are found, or hidden by those of their calls. */
  readonly calledBlocks = new Set<Block>();
  /** Loop turns and block calls so far, and items of lists: a program that would never end is stopped. */
  #turns = 0;
  #items = 0;
  #errors = 0;
  /** Set once a limit is passed: nothing more is elaborated. */
  stopped = false;

  readonly #lost: ReadonlyMap<string, LostText>;
  readonly #lostWords = new Set<string>();
  readonly #reported = new Set<string>();
  readonly #steps = new Map<string, number>();

  /** Elaborates a body: calls and joins contain bodies, and bodies calls and joins. */
  readonly body: ElaborateBody;

  /** `lost`: what could not be read of the files that have syntax errors, by path. */
  constructor(
    networkName: string,
    lost: ReadonlyMap<string, LostText>,
    body: ElaborateBody,
    { uncalled = false } = {},
  ) {
    this.uncalled = uncalled;
    this.builder = new GraphBuilder(networkName);
    this.body = body;
    this.#lost = lost;
  }

  /**
   * Takes note of what a syntax error made of a body just before its statement of this number, or after its last one:
   * the current map is not known from there on, nor are the names that stood there.
   */
  skipLost(body: Body, place: number): void {
    const lost = this.#lost.get(body.span.file);
    if (lost === undefined) return;
    const end = body.statements[place - 1]?.span.end ?? body.span.start;
    const words = lost.between(end, body.statements[place]?.span.start ?? body.span.end);
    if (words.length === 0) return;
    this.current = poison;
    this.incomplete = true;
    for (const word of words) this.#lostWords.add(word);
  }

  /**
   * Reports a mistake, once for its place: turns of a loop and calls of a block meet the same one again. A name that
   * stood in lost text is not missed.
   */
  report<C extends DiagnosticCode>(
    code: C,
    facts: FactsOf<C>,
    span: Span,
    extra: { readonly related?: readonly Related[]; readonly fixes?: readonly Fix[] } = {},
  ): void {
    const name = missedName(code, facts);
    if (name !== undefined && this.#lostWords.has(name)) return;
    const place = JSON.stringify([code, span]);
    if (this.#reported.has(place)) return;
    this.#reported.add(place);
    const related = [...(extra.related ?? []), ...this.#callsAround(span)];
    const diagnostic = diagnose(code, facts, span, { ...extra, related });
    this.diagnostics.push(diagnostic);
    // One more than are shown, so that their number is known to be too large.
    if (diagnostic.severity === "error" && ++this.#errors > mostErrors) this.stopped = true;
  }

  /**
   * Reports a bare word that names nothing, where it was written: a block meets it inside. There the names that are near are
   * not those of its author, and none is suggested.
   */
  unknownWord(
    word: Extract<Value, { kind: "word" }>,
    what: string,
    names: { readonly nearest: string | undefined; readonly known: readonly string[] },
    met: Span,
  ): void {
    const at = word.at ?? met;
    if (within(at, met)) {
      this.report("names/unknown", { name: word.value, what, ...names }, met);
      return;
    }
    const facts = { name: word.value, what, nearest: undefined, known: [] };
    this.report("names/unknown", facts, at, { related: [{ span: met, message: "it is needed here" }] });
  }

  /** The call that led to a place inside a block, and, where that is in another file, the call in the user's own. */
  #callsAround(span: Span): readonly Related[] {
    const called = ({ span, name }: BlockCall): Related => ({ span, message: `in this call of ${name}` });
    const inner = this.calls.at(-1);
    if (inner === undefined || within(span, inner.span)) return [];
    const outer = this.calls.findLast((call) => call.span.file !== inner.span.file);
    return outer === undefined || inner.span.file !== span.file
      ? [called(inner)]
      : [called(inner), called(outer)];
  }

  /** Reports what an operation's rule refused, at the argument it is about where that is known. */
  refused(
    refusal: Refusal,
    span: Span,
    arguments_?: ReadonlyMap<string, Span>,
    related: readonly Related[] = [],
  ): void {
    const { code, facts, parameter } = refusal.problem;
    const argument = parameter === undefined ? undefined : arguments_?.get(parameter);
    this.report(code, facts, argument ?? span, { related });
  }

  /** Counts a turn of a loop or the call of a block; `false` once there are too many. */
  takeTurn(span: Span): boolean {
    this.#turns++;
    return this.#within(this.#turns, mostTurns, "loop turns and block calls", span);
  }

  /** Counts items of lists that are made or compared; `false` once there are too many. */
  takeItems(count: number, span: Span): boolean {
    this.#items += count;
    return this.#within(this.#items, mostItems, "items of lists", span);
  }

  #within(count: number, limit: number, what: string, span: Span): boolean {
    if (this.stopped) return false;
    if (count <= limit) return true;
    this.report("names/too-large", { what, limit }, span);
    this.stopped = true;
    return false;
  }

  /** The next turn of a loop over `name`, or the next path of a fork, in the present scope: its number is in no other step there. */
  nextStep(kind: "turn" | "path", name: string): ScopeStep {
    const key = JSON.stringify([this.path, kind, name]);
    const index = this.#steps.get(key) ?? 0;
    this.#steps.set(key, index + 1);
    return { kind, name, index };
  }

  /** Whether the present statement stands in a block, where no input or output may. */
  get inBlock(): boolean {
    return this.uncalled || this.calls.length > 0;
  }

  /** Runs `inside` with some of the surroundings changed, and restores them. */
  within<T>(
    surroundings: Partial<Pick<Elaboration, "role" | "path" | "prefix" | "calls" | "dilation" | "sharing">>,
    inside: () => T,
  ): T {
    const { role, path, prefix, calls, dilation, sharing } = this;
    Object.assign(this, surroundings);
    const result = inside();
    Object.assign(this, { role, path, prefix, calls, dilation, sharing });
    return result;
  }
}

function within(inner: Span, outer: Span): boolean {
  return inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;
}
