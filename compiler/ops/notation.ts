/** How the values of attributes are written in the printed graph, and read back: one notation per type of value. */
import type { PerAxis } from "../axis.ts";
import type { Initialisation, InputDimension, Margins } from "./attribute-values.ts";

/** `read(write(x))` equals x; `read` gives `undefined` for text that is not of this notation. */
export interface Notation<T> {
  readonly write: (value: T) => string;
  readonly read: (text: string) => T | undefined;
}

/** A whole number, at least 0. */
export const whole: Notation<number> = {
  write: String,
  read: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
};

/** A whole number, at least 1. */
export const count: Notation<number> = {
  write: String,
  read: (text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined),
};

export const real: Notation<number> = {
  write: String,
  read: (text) => (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ? Number(text) : undefined),
};

export const flag: Notation<boolean> = {
  write: String,
  read: (text) => (text === "true" ? true : text === "false" ? false : undefined),
};

export const quoted: Notation<string> = {
  write: (value) => JSON.stringify(value),
  read: (text) => {
    if (!/^"([^"\\]|\\.)*"$/.test(text)) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === "string" ? value : undefined;
    } catch {
      return undefined; // JSON.parse has no other way to say that an escape is unknown
    }
  },
};

export function oneOf<T extends string>(...words: readonly T[]): Notation<T> {
  return { write: (value) => value, read: (text) => words.find((word) => word === text) };
}

/** `3x5`: y, then x. */
export function extent<T>(of: Notation<T>): Notation<PerAxis<T>> {
  return pair(of, "", "x", "");
}

/** `[a, b]`: y, then x. */
export function bracketed<T>(of: Notation<T>): Notation<PerAxis<T>> {
  return pair(of, "[", ", ", "]");
}

function pair<T>(of: Notation<T>, open: string, between: string, close: string): Notation<PerAxis<T>> {
  return {
    write: ([y, x]) => `${open}${of.write(y)}${between}${of.write(x)}${close}`,
    read: (text) => {
      if (!text.startsWith(open) || !text.endsWith(close)) return undefined;
      const [first, second, ...more] = text.slice(open.length, text.length - close.length).split(between);
      if (first === undefined || second === undefined || more.length > 0) return undefined;
      const y = of.read(first);
      const x = of.read(second);
      return y === undefined || x === undefined ? undefined : [y, x];
    },
  };
}

/** `1+2`: positions before the first and after the last. */
export const margins: Notation<Margins> = {
  write: ({ before, after }) => `${before}+${after}`,
  read: (text) => {
    const [, before, after] = /^(\d{1,15})\+(\d{1,15})$/.exec(text) ?? [];
    return before === undefined || after === undefined
      ? undefined
      : { before: Number(before), after: Number(after) };
  },
};

/** `H`, `2H`, `2H-1`, `224`. */
export const dimension: Notation<InputDimension> = {
  write: ({ symbol, scale, shift }) => {
    if (symbol === undefined) return String(shift);
    const sign = shift > 0 ? "+" : "";
    return `${scale === 1 ? "" : scale}${symbol}${shift === 0 ? "" : `${sign}${shift}`}`;
  },
  read: (text) => {
    if (/^\d+$/.test(text)) return { symbol: undefined, scale: 0, shift: Number(text) };
    const [, scale, symbol, shift] = /^(\d*)([A-Za-z_]\w*)([+-]\d+)?$/.exec(text) ?? [];
    if (symbol === undefined) return undefined;
    return { symbol, scale: scale ? Number(scale) : 1, shift: shift ? Number(shift) : 0 };
  },
};

export function orAll<T extends object>(of: Notation<T>): Notation<T | "all"> {
  return {
    write: (value) => (typeof value === "string" ? value : of.write(value)),
    read: (text) => (text === "all" ? text : of.read(text)),
  };
}

/** A crop's offset; `half`: half the difference of the sizes. */
const cut: Notation<{ readonly cells: number | undefined }> = {
  write: ({ cells }) => (cells === undefined ? "half" : String(cells)),
  read: (text) => {
    if (text === "half") return { cells: undefined };
    const cells = whole.read(text);
    return cells === undefined ? undefined : { cells };
  },
};

export const cuts: Notation<PerAxis<number | undefined>> = {
  write: ([y, x]) => bracketed(cut).write([{ cells: y }, { cells: x }]),
  read: (text) => {
    const both = bracketed(cut).read(text);
    return both === undefined ? undefined : [both[0].cells, both[1].cells];
  },
};

/** `he`, `normal(0.01)`, `constant(0)`, `identity`, `identity(21,0.001)`. */
export const initialisation: Notation<Initialisation> = {
  write: (value) => {
    if (value.kind === "identity" && value.maps !== undefined)
      return `identity(${value.maps},${value.deviation})`;
    if (value.kind === "normal") return `normal(${value.deviation})`;
    return value.kind === "constant" ? `constant(${value.value})` : value.kind;
  },
  read: (text) => {
    const [, kind, argument] = /^([a-z]+)(?:\((.+)\))?$/.exec(text) ?? [];
    if (kind === "identity") return readIdentity(argument);
    const value = argument === undefined ? undefined : real.read(argument);
    if (kind === "normal" && value !== undefined) return { kind, deviation: value };
    if (kind === "constant" && value !== undefined) return { kind, value };
    if (argument !== undefined) return undefined;
    return kind === "he" || kind === "xavier" || kind === "bilinear" ? { kind } : undefined;
  },
};

/** The contents of the parentheses: the feature maps and the deviation, or nothing. */
function readIdentity(argument: string | undefined): Initialisation | undefined {
  if (argument === undefined) return { kind: "identity", maps: undefined, deviation: 0 };
  const [first = "", second = "", ...more] = argument.split(",");
  const [maps, deviation] = [count.read(first), real.read(second)];
  if (maps === undefined || deviation === undefined || more.length > 0) return undefined;
  return { kind: "identity", maps, deviation };
}
