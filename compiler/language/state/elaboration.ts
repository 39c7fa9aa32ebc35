/** The state of elaborating one network: the graph under construction, the current feature map, the position in the program, the diagnostics. */
import type { Block, Body, Path } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/span.ts";
import type { DiagnosticCode, FactsOf } from "../../diagnostics/catalogue.ts";
import { type Diagnostic, diagnose, type Fix, type Related } from "../../diagnostics/diagnostic.ts";
import { mostErrors } from "../../diagnostics/most-errors.ts";
import type { Refusal } from "../../diagnostics/problem.ts";
import { GraphBuilder } from "../../network/build.ts";
import type { GraphOutput, ScopeStep } from "../../network/graph.ts";
import type { SizeFunction, SizeSet } from "../../sizes/size-function.ts";
import { type LostText, missedName } from "../names/lost-text.ts";
import type { Scope } from "../names/scope.ts";
import { type MapValue, type Poison, poison, type Value } from "../names/value.ts";
import type { Dilation } from "./dilation.ts";
import { indexOfRepeat } from "./index-of-repeat.ts";
import { Meetings } from "./meetings.ts";
import { NodeNames } from "./node-names.ts";
import type { Sharing } from "./sharing.ts";

const mostTurns = 100_000;
const mostItems = 2_000_000;

/** A condition of a node on a size symbol, to report later which two conditions contradict each other. */
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

/** What an unknown name may have meant. */
export interface UnknownAmong {
  readonly nearest: string | undefined;
  readonly known: readonly string[];
  /** The help, where one name does not say it. */
  readonly instead?: string | undefined;
}

/** The kind of a body: the top of a network, a block, a loop or path, or the paths of a fork. */
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
  /** Sizes whose condition is already part of `accepted`. */
  readonly acceptedMaps = new Set<SizeFunction>();
  readonly meetings = new Meetings(this.accepted);
  readonly conditions: Condition[] = [];
  /** The current feature map; `undefined` before the first input. */
  current: MapValue | Poison | undefined;
  role: "encoder" | "decoder" | undefined;
  /** Block calls and loop iterations around the current statement, outermost first. */
  path: readonly ScopeStep[] = [];
  /** Prefix of the names of new nodes: "vgg." */
  prefix = "";
  /** Block calls around the current statement, outermost first. */
  calls: readonly BlockCall[] = [];
  /** Set after skipped text or a skipped block that could not be read, which was reported when it was read. */
  incomplete = false;
  /** Set inside a section with `dilated to`. */
  dilation: Dilation | undefined;
  /** Set inside a call that shares the weights of another. */
  sharing: Sharing | undefined;
  bodyDepth = 0;
  /** Set for a block that is never called: its parameters without defaults and its current feature map are unknown. */
  readonly uncalled: boolean;
  /** Blocks that were checked by a call. */
  readonly calledBlocks = new Set<Block>();
  /** Loop iterations and block calls so far, and list items: they bound the cost of a program. */
  #turns = 0;
  #items = 0;
  #errors = 0;
  /** Set once a limit is exceeded: nothing more is elaborated. */
  stopped = false;

  readonly #lost: ReadonlyMap<string, LostText>;
  readonly #lostWords = new Set<string>();
  readonly #reported = new Set<string>();
  readonly #steps = new Map<string, number>();

  /** Elaborates a body: calls and joins contain bodies, and bodies calls and joins. */
  readonly body: ElaborateBody;

  /** `lost`: the unreadable text of files with syntax errors, by path. */
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
   * Records text that a syntax error made unreadable just before the statement with this index, or after the last one:
   * from there on the current feature map and the names in that text are unknown.
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
   * Reports a diagnostic once for each place: iterations of a loop and calls of a block find the same one again. A name in
   * unreadable text is not reported as unknown.
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
    // One more than is shown, so that the limit is known to be exceeded.
    if (diagnostic.severity === "error" && ++this.#errors > mostErrors) this.stopped = true;
  }

  /**
   * Reports an unknown bare word where it was written: a block may use it only inside. The names in scope there are not
   * those of its author, so none is suggested.
   */
  unknownWord(word: Extract<Value, { kind: "word" }>, what: string, names: UnknownAmong, met: Span): void {
    const at = word.at ?? met;
    if (within(at, met)) {
      const instead = names.instead ?? indexOfRepeat(word.value, this.path);
      this.report("names/unknown", { name: word.value, what, ...names, instead }, met);
      return;
    }
    const facts = { name: word.value, what, nearest: undefined, known: [] };
    this.report("names/unknown", facts, at, { related: [{ span: met, message: "used here" }] });
  }

  /** The call that led to a place inside a block, and, where that call is in another file, the call in the user's own file. */
  #callsAround(span: Span): readonly Related[] {
    const called = ({ span, name }: BlockCall): Related => ({ span, message: `in this call of ${name}` });
    const inner = this.calls.at(-1);
    if (inner === undefined || within(span, inner.span)) return [];
    const outer = this.calls.findLast((call) => call.span.file !== inner.span.file);
    return outer === undefined || inner.span.file !== span.file
      ? [called(inner)]
      : [called(inner), called(outer)];
  }

  /** Reports the refusal of an operation's rule, at the argument that causes it where it is known. */
  refused(
    refusal: Refusal,
    span: Span,
    arguments_?: ReadonlyMap<string, Span>,
    related: () => readonly Related[] = () => [],
  ): void {
    const { code, facts, parameter } = refusal.problem;
    const argument = parameter === undefined ? undefined : arguments_?.get(parameter);
    this.report(code, facts, argument ?? span, { related: related() });
  }

  /** Counts an iteration of a loop or a call of a block; `false` once there are too many. */
  takeTurn(span: Span): boolean {
    this.#turns++;
    return this.#within(this.#turns, mostTurns, "loop iterations and block calls", span);
  }

  /** Counts list items that are created or compared; `false` once there are too many. */
  takeItems(count: number, span: Span): boolean {
    this.#items += count;
    return this.#within(this.#items, mostItems, "list items", span);
  }

  #within(count: number, limit: number, what: string, span: Span): boolean {
    if (this.stopped) return false;
    if (count <= limit) return true;
    this.report("names/too-large", { what, limit }, span);
    this.stopped = true;
    return false;
  }

  /** The next iteration of a loop over `name`, or the next path of a fork, in the current scope; its index is unique there. */
  nextStep(kind: "turn" | "path", name: string): ScopeStep {
    const key = JSON.stringify([this.path, kind, name]);
    const index = this.#steps.get(key) ?? 0;
    this.#steps.set(key, index + 1);
    return { kind, name, index };
  }

  /** Whether the current statement is in a block, where inputs and outputs are not allowed. */
  get inBlock(): boolean {
    return this.uncalled || this.calls.length > 0;
  }

  /** Runs `inside` with changed surroundings, and restores them afterwards. */
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
