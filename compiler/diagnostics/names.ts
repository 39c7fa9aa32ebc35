/** Words for names that are unknown, taken twice or of the wrong kind, and for imports. */
import type { Wording } from "./wording.ts";

function suggestion(nearest: string | undefined, otherwise?: string): { help?: string } {
  if (nearest !== undefined) return { help: `did you mean "${nearest}"?` };
  return otherwise === undefined ? {} : { help: otherwise };
}

/** The summary of a parameter, "Channels of the result.", in the middle of a sentence. */
function asPhrase(summary: string): string {
  return summary.replace(/^[A-Z](?=[a-z])/u, (letter) => letter.toLowerCase()).replace(/\.$/u, "");
}

function listed(words: readonly string[]): string {
  return words.length === 0 ? "none" : words.join(", ");
}

export const names = {
  "names/unknown": (facts: {
    readonly name: string;
    /** "feature map", "variable", "network", "operation or block" */
    readonly what: string;
    readonly nearest: string | undefined;
    readonly known: readonly string[];
    /** How the language says what other libraries call so. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `there is no ${facts.what} named "${facts.name}"`,
    label: "not known here",
    ...(facts.instead === undefined
      ? suggestion(
          facts.nearest,
          facts.known.length === 0 || facts.known.length > 16
            ? undefined
            : `known here: ${listed(facts.known)}`,
        )
      : { help: facts.instead }),
  }),
  "names/no-member": (facts: {
    readonly owner: string;
    readonly member: string;
    readonly nearest: string | undefined;
    readonly known: readonly string[];
  }): Wording => ({
    message: `"${facts.owner}" has no feature map named "${facts.member}"`,
    ...suggestion(
      facts.nearest,
      facts.known.length === 0
        ? "it names none: only encoders, decoders and block calls do, by `as` inside them"
        : `it names: ${listed(facts.known)}`,
    ),
  }),
  "names/no-entry": (facts: {
    readonly family: string;
    readonly index: string;
    readonly known: readonly number[];
  }): Wording => ({
    message: `there is no map ${facts.family}[${facts.index}]`,
    help: `bound so far: ${listed(facts.known.map((index) => `${facts.family}[${index}]`))}`,
  }),
  "names/needs-index": (facts: { readonly family: string; readonly known: readonly number[] }): Wording => ({
    message: `"${facts.family}" names several maps: choose one by its index`,
    help: `bound so far: ${listed(facts.known.map((index) => `${facts.family}[${index}]`))}`,
  }),
  "names/taken-each-turn": (facts: {
    readonly name: string;
    /** The loop's variable, if it has one. */
    readonly variable: string | undefined;
  }): Wording => {
    const numbered = `as ${facts.name.replace(/\[.*/u, "")}[${facts.variable ?? "i"}]`;
    return {
      message: `every turn of this loop would name its map "${facts.name}"`,
      help: `number them: ${facts.variable === undefined ? `for i in 0 ..< n { … ${numbered} }` : numbered}`,
    };
  },
  "names/taken": (facts: { readonly name: string; readonly what: string }): Wording => ({
    message: `the ${facts.what} "${facts.name}" exists already`,
    help: "give this one another name",
  }),
  "names/is-an-operation": (facts: { readonly name: string }): Wording => ({
    message: `"${facts.name}" is an operation, so a block cannot take that name`,
    help: "give the block another name",
  }),
  "names/no-current-map": (facts: { readonly what: string }): Wording => ({
    message: `${facts.what} needs a feature map to work on, and none comes before it`,
    help: "begin with an input: input image [3, H, W]",
  }),
  "names/unknown-parameter": (facts: {
    readonly owner: string;
    readonly parameter: string;
    readonly nearest: string | undefined;
    readonly known: readonly string[];
    /** How the language says what other libraries call so. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `${facts.owner} takes no argument "${facts.parameter}"`,
    ...suggestion(
      facts.instead === undefined ? facts.nearest : undefined,
      facts.instead ??
        (facts.known.length === 0 ? "it takes no arguments" : `it takes: ${listed(facts.known)}`),
    ),
  }),
  "names/given-twice": (facts: { readonly owner: string; readonly parameter: string }): Wording => ({
    message: `${facts.owner} is given "${facts.parameter}" twice`,
    help: "remove one of the two",
  }),
  "names/argument-needed": (facts: {
    readonly owner: string;
    readonly parameter: string;
    readonly summary: string | undefined;
    /** "one of nearest, bilinear, learned" */
    readonly wanted?: string | undefined;
  }): Wording => ({
    message: `${facts.owner} needs the argument "${facts.parameter}"${facts.summary === undefined ? "" : `: ${asPhrase(facts.summary)}`}`,
    ...(facts.wanted === undefined ? {} : { help: `give it ${facts.wanted}` }),
  }),
  "names/too-many-arguments": (facts: {
    readonly owner: string;
    readonly found: string;
    readonly known: readonly string[];
  }): Wording => ({
    message: `${facts.owner} has no place for ${facts.found}`,
    help:
      facts.known.length === 0
        ? "it takes no arguments"
        : `write before it which argument it is; there are: ${listed(facts.known)}`,
  }),
  "names/recursion": (facts: { readonly name: string; readonly limit: number }): Wording => ({
    message: `block calls are nested more than ${facts.limit} deep here; "${facts.name}" probably calls itself`,
    help: "a block is written out at each call: what repeats is a loop, repeat or for",
  }),
  "names/too-large": (facts: { readonly what: string; readonly limit: number }): Wording => ({
    message: `this program makes more than ${facts.limit} ${facts.what}`,
    help: "check the counts of its loops",
  }),
  "names/import-not-found": (facts: {
    readonly specifier: string;
    readonly nearest: string | undefined;
    /** The standard files, where one of them was asked for. */
    readonly known: readonly string[];
  }): Wording => ({
    message: `there is no file ${JSON.stringify(facts.specifier)} to import from`,
    ...suggestion(
      facts.nearest,
      facts.known.length > 0
        ? `the standard files are ${listed(facts.known)}`
        : 'paths are relative to this file; "./" may be left out, and so may ".fcn"',
    ),
  }),
  "names/import-unreadable": (facts: {
    readonly specifier: string;
    /** "it is a folder" */
    readonly reason: string;
    readonly wayOut: string;
  }): Wording => ({
    message: `${JSON.stringify(facts.specifier)} cannot be imported: ${facts.reason}`,
    help: facts.wayOut,
  }),
  "names/import-cycle": (facts: { readonly specifier: string }): Wording => ({
    message: `importing ${JSON.stringify(facts.specifier)} leads back to this file`,
    help: "move what both need into a third file",
  }),
  "names/not-in-file": (facts: {
    readonly name: string;
    readonly specifier: string;
    readonly nearest: string | undefined;
    readonly known: readonly string[];
  }): Wording => ({
    message: `${JSON.stringify(facts.specifier)} has no block named "${facts.name}"`,
    ...suggestion(facts.nearest, `it has: ${listed(facts.known)}`),
  }),
};
