/** A program under construction: statements, the channels of the current feature map, and the names given so far. */
import type {
  Block,
  Call,
  Channels,
  CropRule,
  Extent,
  Input,
  Join,
  OutputActivation,
  Statement,
  Written,
} from "./program.ts";

interface Known {
  readonly channels: number;
  readonly call: Call | undefined;
}

type Loop = Omit<Extract<Written, { kind: "for" }>, "kind" | "body">;

export class Draft {
  #statements: Written[] = [];
  #channels: number;
  #call: Call | undefined;
  /** The name of the current feature map, if it has one. */
  #current: string | undefined;
  #made = 0;
  /** Output positions per input position, roughly: a feature map that is too fine is slow to run. */
  #fineness: Extent = [1, 1];
  readonly #names = new Map<string, Known>();
  /** Whether the input has one size. */
  readonly fixed: boolean;

  constructor(channels: number, { first = "image", fixed = false } = {}) {
    this.fixed = fixed;
    this.#channels = channels;
    this.#current = first;
    this.#names.set(first, { channels, call: undefined });
  }

  get statements(): readonly Written[] {
    return this.#statements;
  }

  /** A path that begins with a feature map of so many channels. */
  path(channels: number): Draft {
    return new Draft(channels, { first: "", fixed: this.fixed });
  }

  /** Of a path. */
  get plainStatements(): readonly Statement[] {
    return this.#statements.map((statement) => {
      if (statement.kind === "for" || statement.kind === "side" || statement.kind === "apply")
        throw new Error("a path has no loops and blocks");
      return statement;
    });
  }

  get channels(): number {
    return this.#channels;
  }

  channelsOf(name: string): number {
    return this.#names.get(name)?.channels ?? this.#channels;
  }

  isMaxPool(name: string): boolean {
    const call = this.#names.get(name)?.call;
    return call?.word === "pool" && call.kind === "maxpool";
  }

  /** The names of all maxpools. */
  get maxPools(): readonly string[] {
    return [...this.#names.keys()].filter((name) => this.isMaxPool(name));
  }

  /** Whether the current feature map may become so many times finer. */
  mayBecome([y, x]: Extent): boolean {
    return this.#fineness[0] * y <= 3 && this.#fineness[1] * x <= 3;
  }

  /** The result gets a name when `named`, which is returned; otherwise the empty string is. */
  call(call: Call, named: boolean | string = false): string {
    this.#channels = this.#channelsAfter(call);
    const factor = finer(call);
    this.#fineness = [this.#fineness[0] * factor[0], this.#fineness[1] * factor[1]];
    this.#call = call;
    const as = named === false ? undefined : named === true ? this.#newName() : this.#known(named);
    this.#statements.push({ kind: "call", call, as });
    this.#current = as;
    return as ?? "";
  }

  /** Names the current feature map, if it has no name. */
  name(): string {
    if (this.#current !== undefined) return this.#current;
    const last = this.#statements.at(-1);
    if (last === undefined || !("as" in last)) return this.bind();
    const as = this.#newName();
    this.#statements[this.#statements.length - 1] = { ...last, as };
    this.#current = as;
    return as;
  }

  /** Names the current feature map by `let`, until the end of the body. */
  bind(): string {
    const name = this.#newName();
    this.#statements.push({ kind: "bind", name });
    this.#current = name;
    return name;
  }

  /** @param path begins with the channels of the first feature map; of several, it is empty or gives them all the same number */
  skip(maps: readonly string[], join: Join, crop: "none" | CropRule, path: Draft): void {
    const { plainStatements } = path;
    this.#push({ kind: "skip", maps, join, crop, path: plainStatements, as: undefined });
    const asNamed = maps.length > 1 && plainStatements.length === 0;
    const arriving = maps.map((map) => (asNamed ? this.channelsOf(map) : path.channels));
    const all = [this.#channels, ...arriving];
    this.#channels = join === "concat" ? all.reduce((sum, count) => sum + count, 0) : Math.max(...all);
  }

  fork(join: Join, paths: readonly Draft[]): void {
    this.#push({
      kind: "fork",
      join,
      paths: paths.map(({ plainStatements }) => plainStatements),
      as: undefined,
    });
    const channels = paths.map((path) => path.channels);
    this.#channels =
      join === "concat" ? channels.reduce((sum, count) => sum + count, 0) : Math.max(1, ...channels);
  }

  cropTo(map: string, rule: CropRule): void {
    this.#push({ kind: "crop_to", map, rule, as: undefined });
  }

  from(map: string): void {
    this.#push({ kind: "from", map });
    this.#channels = this.channelsOf(map);
    this.#current = map;
  }

  input(input: Input): void {
    this.#push({ kind: "input", input });
    this.#channels = input.channels;
    this.#names.set(input.name, { channels: input.channels, call: undefined });
    this.#current = input.name;
  }

  output(name: string, activation: OutputActivation): void {
    this.#statements.push({ kind: "output", name, activation });
  }

  /** @param result the channels of what the block makes */
  apply(block: Block, argument: string | undefined, result: number): void {
    this.#push({ kind: "apply", block, argument, as: undefined });
    this.#channels = result;
  }

  /** What `inside` adds is put in an encoder or decoder. */
  side(side: "encoder" | "decoder", inside: () => void): void {
    const body = this.#inside(inside);
    this.#statements.push({ kind: "side", side, body });
  }

  /** What `inside` adds is the body of a loop of so many turns; the names given there are known in it only. */
  loop(loop: Loop, turns: number, inside: () => void): void {
    const before = this.#fineness;
    const outer = new Set(this.#names.keys());
    const body = this.#inside(inside);
    this.#statements.push({ kind: "for", ...loop, body });
    const after = this.#fineness;
    const grown = (axis: 0 | 1): number => before[axis] * (after[axis] / before[axis]) ** turns;
    this.#fineness = [grown(0), grown(1)];
    for (const name of [...this.#names.keys()]) if (!outer.has(name)) this.#names.delete(name);
    this.#current = undefined;
  }

  /** A name that a loop gave: "level[2]". */
  know(name: string, channels: number, call?: Call): void {
    this.#names.set(name, { channels, call });
  }

  #inside(add: () => void): readonly Written[] {
    const before = this.#statements;
    this.#statements = [];
    add();
    const body = this.#statements;
    this.#statements = [...before];
    return body;
  }

  #push(statement: Written): void {
    this.#call = undefined;
    this.#current = undefined;
    this.#statements.push(statement);
  }

  #channelsAfter(call: Call): number {
    switch (call.word) {
      case "over_channels":
        return 1;
      case "pixel_shuffle":
        return Math.max(1, Math.floor(this.#channels / (call.factor[0] * call.factor[1])));
      case "pixel_unshuffle":
        return this.#channels * call.factor[0] * call.factor[1];
      case "attend":
        return this.channelsOf(call.value);
      case "distribute":
        return this.channelsOf(call.gathered);
      default:
        return "channels" in call && call.channels !== undefined
          ? this.#count(call.channels)
          : this.#channels;
    }
  }

  #count(channels: Channels): number {
    if (typeof channels === "number") return channels;
    return channels.times * (channels.of === "current" ? this.#channels : this.channelsOf(channels.name));
  }

  #newName(): string {
    this.#made += 1;
    return this.#known(`m${this.#made}`);
  }

  #known(name: string): string {
    this.#names.set(name, { channels: this.#channels, call: this.#call });
    return name;
  }
}

function finer(call: Call): Extent {
  if (call.word === "downsample" || call.word === "pixel_unshuffle")
    return [1 / call.factor[0], 1 / call.factor[1]];
  if ("factor" in call) return call.factor;
  if (call.word === "transposed_conv") return call.stride;
  if (call.word === "conv") return [1 / call.stride[0], 1 / call.stride[1]];
  const stride = call.word === "pool" ? (call.stride ?? call.kernel) : ([1, 1] as const);
  return [1 / stride[0], 1 / stride[1]];
}
