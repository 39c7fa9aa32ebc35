/** A call of the language, from the attributes of an operation. */
import { type PerAxis, perAxis } from "../axis.ts";
import type { Initialisation, InputDimension, Margins } from "./attribute-values.ts";
import { initialisation } from "./notation.ts";

export interface Said {
  /** A word of the language, or the beginning of a statement. */
  readonly word: string;
  readonly arguments: readonly SaidArgument[];
  /** Of a statement: in place of arguments in parentheses. */
  readonly rest?: string;
}

export interface SaidArgument {
  readonly text: string;
  /** It is about weights, normalisation or dropout: it moves nothing and sees nothing. */
  readonly setting: boolean;
}

export function said(word: string, ...parts: readonly (readonly string[])[]): Said {
  return { word, arguments: parts.flat().map((text) => ({ text, setting: false })) };
}

/** With arguments that move nothing after the others. */
export function withSettings(call: Said, ...parts: readonly (readonly string[])[]): Said {
  const settings = parts.flat().map((text) => ({ text, setting: true }));
  return { ...call, arguments: [...call.arguments, ...settings] };
}

/** `conv(64, 3x3, stride = 2)`; with `settings`, everything that the call says. */
export function callText({ word, arguments: all, rest }: Said, settings = false): string {
  if (rest !== undefined) return `${word} ${rest}`;
  const given = all.filter(({ setting }) => settings || !setting).map(({ text }) => text);
  return given.length === 0 ? word : `${word}(${given.join(", ")})`;
}

/** `stride = 2`; nothing where the value is the usual one. */
export function unless(text: string, usual: string, parameter: string): readonly string[] {
  return text === usual ? [] : [`${parameter} = ${text}`];
}

export function flagged(word: string, set: boolean): readonly string[] {
  return set ? [word] : [];
}

/** A flag that is true where nothing is said. */
export function notFlagged(word: string, set: boolean): readonly string[] {
  return set ? [] : [`${word} = false`];
}

/** `same`: what `padding = same` would be; `usual`: the word's default, which need not be written. */
export function paddingText(
  padding: PerAxis<Margins>,
  same: PerAxis<Margins>,
  usual: "same" | "valid",
): readonly string[] {
  const zero = perAxis(() => ({ before: 0, after: 0 }));
  const rules = [
    ["same", same],
    ["valid", zero],
  ] as const;
  const likes = rules.filter(([, margins]) => equal(padding, margins)).map(([name]) => name);
  if (likes.includes(usual)) return [];
  const [name] = likes;
  if (name !== undefined) return [`padding = ${name}`];
  const even = padding.every(({ before, after }) => before === after);
  if (even) return [`padding = ${pair(perAxis((axis) => padding[axis].before))}`];
  const [y, x] = padding.map(({ before, after }) => `${before} before and ${after} after`);
  return [`padding = ${y === x ? y : `${y} (down), ${x} (across)`}`];
}

/** Of a pool, which takes each side by its name. */
export function sidedPaddingText(padding: PerAxis<Margins>, same: PerAxis<Margins>): readonly string[] {
  const even = padding.every(({ before, after }) => before === after);
  return even || equal(padding, same) ? paddingText(padding, same, "valid") : marginTexts(padding);
}

export function marginTexts([y, x]: PerAxis<Margins>): readonly string[] {
  const sides = { top: y.before, right: x.after, bottom: y.after, left: x.before };
  const all = Object.values(sides);
  if (all.every((cells) => cells === all[0])) return [`${all[0]}`];
  return Object.entries(sides).flatMap(([side, cells]) => (cells === 0 ? [] : [`${side} = ${cells}`]));
}

/** What a layer with a kernel says of its weights. */
export function weightTexts({
  bias,
  init,
  frozen,
}: {
  readonly bias: boolean;
  readonly init: Initialisation;
  readonly frozen: boolean;
}): readonly string[] {
  return [...notFlagged("bias", bias), ...unless(initText(init), "he", "init"), ...flagged("frozen", frozen)];
}

function initText(init: Initialisation): string {
  return initialisation.write(init).replace(",", ", ");
}

/** "3x3": kernels name both axes. */
export function extentText([y, x]: PerAxis<number>): string {
  return `${y}x${x}`;
}

/** "2", or "2x1" where the axes differ. */
export function pair([y, x]: PerAxis<number>): string {
  return y === x ? `${y}` : `${y}x${x}`;
}

export function dimensionText({ symbol, scale, shift }: InputDimension): string {
  if (symbol === undefined) return `${shift}`;
  const product = scale === 1 ? symbol : `${scale}*${symbol}`;
  return shift === 0 ? product : shift > 0 ? `${product} + ${shift}` : `${product} - ${-shift}`;
}

function equal(a: PerAxis<Margins>, b: PerAxis<Margins>): boolean {
  return a.every(({ before, after }, axis) => before === b[axis]?.before && after === b[axis]?.after);
}
