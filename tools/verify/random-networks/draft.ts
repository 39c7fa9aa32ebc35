/** A program under construction: statements, the channels of the current feature map, and the names given so far. */
import type { Call, CropRule, Extent, Join, Statement } from "./program.ts";

interface Known {
  readonly channels: number;
  readonly call: Call | undefined;
}

export class Draft {
  #statements: Statement[] = [];
  #channels: number;
  #call: Call | undefined;
  /** Output positions per input position, roughly: a feature map that is too fine is slow to run. */
  #fineness: Extent = [1, 1];
  readonly #names = new Map<string, Known>();

  constructor(channels: number) {
    this.#channels = channels;
    this.#names.set("image", { channels, call: undefined });
  }

  get statements(): readonly Statement[] {
    return this.#statements;
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
  call(call: Call, named = false): string {
    if ("channels" in call) this.#channels = call.channels ?? this.#channels;
    const factor = finer(call);
    this.#fineness = [this.#fineness[0] * factor[0], this.#fineness[1] * factor[1]];
    this.#call = call;
    const as = named ? this.#newName() : undefined;
    this.#statements.push({ kind: "call", call, as });
    return as ?? "";
  }

  /** Names the current feature map. */
  name(): string {
    const last = this.#statements.at(-1);
    if (last === undefined || !("as" in last)) return "image";
    if (last.as !== undefined) return last.as;
    const as = this.#newName();
    this.#statements[this.#statements.length - 1] = { ...last, as };
    return as;
  }

  skip(map: string, join: Join, crop: "none" | CropRule, path: Draft): void {
    this.#push({ kind: "skip", map, join, crop, path: path.statements, as: undefined });
    this.#channels =
      join === "concat" ? this.#channels + path.channels : Math.max(this.#channels, path.channels);
  }

  fork(join: Join, paths: readonly Draft[]): void {
    this.#push({ kind: "fork", join, paths: paths.map(({ statements }) => statements), as: undefined });
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
  }

  /** What `inside` adds is put in an encoder or decoder. */
  side(side: "encoder" | "decoder", inside: () => void): void {
    const before = this.#statements;
    this.#statements = [];
    inside();
    this.#statements = [...before, { kind: "side", side, body: this.#statements }];
  }

  #push(statement: Statement): void {
    this.#call = undefined;
    this.#statements.push(statement);
  }

  #newName(): string {
    const name = `m${this.#names.size}`;
    this.#names.set(name, { channels: this.#channels, call: this.#call });
    return name;
  }
}

function finer(call: Call): Extent {
  if ("factor" in call) return call.factor;
  if (call.word === "transposed_conv") return call.stride;
  if (call.word === "conv") return [1 / call.stride[0], 1 / call.stride[1]];
  const stride = call.word === "pool" ? (call.stride ?? call.kernel) : ([1, 1] as const);
  return [1 / stride[0], 1 / stride[1]];
}
