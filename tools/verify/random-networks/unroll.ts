/** Programs without loops, blocks and sections: every statement as often as it runs, with the names and channels it has then. */
import type { Block, Call, Channels, Input, Program, Statement, Written, WrittenProgram } from "./program.ts";

export interface Unrolled {
  readonly program: Program;
  /** What each statement, those of paths too, was written as. */
  readonly writtenAs: ReadonlyMap<Statement, Written>;
}

/** Loop variables and parameters with their values; and what names inside a call of a block begin with. */
interface Surroundings {
  readonly values: ReadonlyMap<string, number>;
  readonly prefix: string;
  /** The call of a standard block, as which everything in it is written. */
  readonly call?: Written;
}

export function unroll({ input, body, activation }: WrittenProgram): Unrolled {
  const writtenAs = new Map<Statement, Written>();
  const inputs: Input[] = [];
  let blockCalls = 0;

  const all = (statements: readonly Written[], around: Surroundings): readonly Statement[] =>
    statements.flatMap((statement) => each(statement, around));
  const each = (written: Written, around: Surroundings): readonly Statement[] => {
    const named = (name: string): string => nameIn(name, around);
    const as = "as" in written && written.as !== undefined ? named(written.as) : undefined;
    const made = (statement: Statement): Statement => {
      writtenAs.set(statement, around.call ?? written);
      return statement;
    };
    switch (written.kind) {
      case "side":
        return all(written.body, around);
      case "for":
        return turns(written, around).flatMap((turn) =>
          all(written.body, { ...around, values: new Map([...around.values, [written.variable, turn]]) }),
        );
      case "apply": {
        const own = insideOf(written.block, written.argument, around);
        const outermost = around.call ?? (written.block.standard === undefined ? undefined : written);
        const inside = outermost === undefined ? own : { ...own, call: outermost };
        const statements = all(written.block.body, inside);
        const first = written.block.takesCurrent ? [made({ kind: "bind", name: nameIn("x", inside) })] : [];
        const last = as === undefined ? [] : [made({ kind: "bind", name: as })];
        return [...first, ...statements, ...last];
      }
      case "call":
        return [made({ ...written, call: callIn(written.call, around), as })];
      case "skip":
        return [made({ ...written, maps: written.maps.map(named), path: all(written.path, around), as })];
      case "fork":
        return [made({ ...written, paths: written.paths.map((path) => all(path, around)), as })];
      case "crop_to":
        return [made({ ...written, map: named(written.map), as })];
      case "from":
        return [made({ ...written, map: named(written.map) })];
      case "bind":
        return [made({ ...written, name: named(written.name) })];
      case "input":
        inputs.push(written.input);
        return [made({ ...written })];
      case "output":
        // The names of outputs are those of the network, in blocks too.
        return [made({ ...written, name: nameIn(written.name, { ...around, prefix: "" }) })];
    }
  };
  const insideOf = (
    { takesNumber }: Block,
    argument: string | undefined,
    { values }: Surroundings,
  ): Surroundings => ({
    values: new Map(takesNumber && argument !== undefined ? [["c", valueOfSum(argument, values)]] : []),
    prefix: `${blockCalls++}:`,
  });
  const statements = all(body, { values: new Map(), prefix: "" });
  return { program: { inputs: [input, ...inputs], body: statements, activation }, writtenAs };
}

function turns(
  { from, to, reversed }: Extract<Written, { kind: "for" }>,
  { values }: Surroundings,
): readonly number[] {
  const count = Math.max(0, valueOfSum(to, values) - from);
  const upwards = Array.from({ length: count }, (_, turn) => from + turn);
  return reversed ? upwards.toReversed() : upwards;
}

/** "node[i + 1, j - 1]" as "node[2,0]". */
export function nameIn(name: string, { values, prefix }: Surroundings): string {
  const [, family, indices] = /^(\w+)\[(.*)\]$/u.exec(name) ?? [];
  if (family === undefined || indices === undefined) return `${prefix}${name}`;
  return `${prefix}${family}[${indices.split(",").map((index) => valueOfSum(index, values))}]`;
}

/** Of a sum of numbers and names: "i + 1", "3 - j". */
function valueOfSum(text: string, values: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [, sign, term = ""] of text.matchAll(/([+-]?)\s*(\w+)/gu)) {
    const value = /^\d+$/u.test(term) ? Number(term) : values.get(term);
    if (value === undefined) throw new Error(`"${text}" has no value here`);
    sum += sign === "-" ? -value : value;
  }
  return sum;
}

function callIn(call: Call, around: Surroundings): Call {
  switch (call.word) {
    case "conv":
      return {
        ...call,
        channels: channelsIn(call.channels, around),
        groups: channelsIn(call.groups, around),
      };
    case "resample_to":
      return { ...call, map: nameIn(call.map, around) };
    case "unpool":
      return { ...call, pool: nameIn(call.pool, around) };
    case "attend":
      return { ...call, key: nameIn(call.key, around), value: nameIn(call.value, around) };
    case "gather":
      return { ...call, regions: nameIn(call.regions, around) };
    case "distribute":
      return { ...call, gathered: nameIn(call.gathered, around) };
    case "crf":
      return { ...call, guide: nameIn(call.guide, around) };
    default:
      return call;
  }
}

function channelsIn(channels: Channels, around: Surroundings): Channels {
  if (typeof channels === "number" || channels.of === "current") return channels;
  if (channels.of === "map") return { ...channels, name: nameIn(channels.name, around) };
  const value = around.values.get(channels.name);
  if (value === undefined) throw new Error(`the block was not given its ${channels.name}`);
  return channels.times * value;
}
