/** Messages about names that are unknown, defined twice or of the wrong kind, and about imports. */
import type { Wording } from "./wording.ts";

function suggestion(nearest: string | undefined, otherwise?: string): { help?: string } {
  if (nearest !== undefined) return { help: `did you mean "${nearest}"?` };
  return otherwise === undefined ? {} : { help: otherwise };
}

/** The summary of a parameter, "Channels of the result.", in the middle of a sentence. */
function asPhrase(summary: string): string {
  return summary.replace(/^[A-Z](?=[a-z])/u, (letter) => letter.toLowerCase()).replace(/\.$/u, "");
}

/** What is given to a network from outside are its parameters; a call has arguments. */
function asParameter(owner: string): "parameter" | "argument" {
  return owner.startsWith("network ") ? "parameter" : "argument";
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
    /** How the language writes what other libraries call by this name. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `there is no ${facts.what} named "${facts.name}"`,
    label: "unknown name",
    ...(facts.instead === undefined
      ? suggestion(
          facts.nearest,
          facts.known.length === 0 || facts.known.length > 16
            ? undefined
            : `names in scope: ${listed(facts.known)}`,
        )
      : { help: facts.instead }),
  }),
  "names/no-member": (facts: {
    readonly owner: string;
    readonly member: string;
    readonly nearest: string | undefined;
    readonly known: readonly string[];
    /** How the language says what other libraries call by this name. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `${facts.owner.startsWith("the ") ? facts.owner : `"${facts.owner}"`} has no feature map named "${facts.member}"`,
    ...suggestion(
      facts.nearest,
      facts.instead ??
        (facts.known.length === 0
          ? "it has none: only encoders, decoders and block calls contain named feature maps (`as` inside them); its numbers are .channels and .stride"
          : `it has: ${listed(facts.known)}`),
    ),
  }),
  "names/no-entry": (facts: {
    readonly family: string;
    /** "2", or "0,2" of two indices. */
    readonly index: string;
    readonly known: readonly string[];
  }): Wording => ({
    message: `there is no feature map ${facts.family}[${facts.index}]`,
    help: `defined so far: ${listed(facts.known.map((index) => `${facts.family}[${index}]`))}`,
  }),
  "names/needs-index": (facts: { readonly family: string; readonly known: readonly string[] }): Wording => ({
    message: `"${facts.family}" names several feature maps: choose one by its index`,
    help: `defined so far: ${listed(facts.known.map((index) => `${facts.family}[${index}]`))}`,
  }),
  "names/taken-each-turn": (facts: {
    readonly name: string;
    /** The loop's variable, if it has one. */
    readonly variable: string | undefined;
  }): Wording => {
    const numbered = `as ${facts.name.replace(/\[.*/u, "")}[${facts.variable ?? "i"}]`;
    return {
      message: `every iteration of this loop would name its feature map "${facts.name}"`,
      help: `number them: ${facts.variable === undefined ? `for i in 0 ..< n { … ${numbered} }` : numbered}; or give the name again at every iteration: as new ${facts.name}`,
    };
  },
  "names/taken": (facts: {
    readonly name: string;
    readonly what: string;
    /** The name of a feature map that `as new` may give to another one. */
    readonly renewed?: string | undefined;
  }): Wording => ({
    message: `the ${facts.what} "${facts.name}" already exists`,
    help:
      facts.renewed === undefined
        ? "give this one another name"
        : `give this one another name, or write that it takes the name: as new ${facts.renewed}`,
  }),
  "names/new-operation": (facts: { readonly name: string }): Wording => ({
    message: `"as new" is followed by the name of a feature map, and "${facts.name}" is an operation or a block`,
    help: "write another name; a feature map named new must be the last word of its line",
  }),
  "names/is-an-operation": (facts: { readonly name: string }): Wording => ({
    message: `"${facts.name}" is an operation, so a block cannot have this name`,
    help: "give the block another name",
  }),
  "names/no-current-map": (facts: { readonly what: string }): Wording => ({
    message: `${facts.what} needs a feature map, and there is none before it`,
    help: "start with an input: input image [3, H, W]",
  }),
  "names/unknown-parameter": (facts: {
    readonly owner: string;
    readonly parameter: string;
    readonly nearest: string | undefined;
    readonly known: readonly string[];
    /** How the language writes what other libraries call by this name. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `${facts.owner} has no ${asParameter(facts.owner)} "${facts.parameter}"`,
    ...suggestion(
      facts.instead === undefined ? facts.nearest : undefined,
      facts.instead ??
        (facts.known.length === 0
          ? `it has no ${asParameter(facts.owner)}s`
          : `its ${asParameter(facts.owner)}s: ${listed(facts.known)}`),
    ),
  }),
  "names/given-twice": (facts: { readonly owner: string; readonly parameter: string }): Wording => ({
    message: `${facts.owner} gets the argument "${facts.parameter}" twice`,
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
    ...(facts.wanted === undefined ? {} : { help: `expected: ${facts.wanted}` }),
  }),
  "names/too-many-arguments": (facts: {
    readonly owner: string;
    readonly found: string;
    readonly known: readonly string[];
  }): Wording => ({
    message: `${facts.owner} has no parameter for ${facts.found}`,
    help:
      facts.known.length === 0
        ? "it takes no arguments"
        : `name the argument, as in name = value; its arguments: ${listed(facts.known)}`,
  }),
  "names/recursion": (facts: { readonly name: string; readonly limit: number }): Wording => ({
    message: `block calls are nested more than ${facts.limit} levels deep; "${facts.name}" probably calls itself`,
    help: "use a loop, repeat or for; a block may call itself only where a condition ends the recursion",
  }),
  "names/too-large": (facts: { readonly what: string; readonly limit: number }): Wording => ({
    message: `this program has more than ${facts.limit} ${facts.what}`,
    help: "check the number of iterations of its loops",
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
        : facts.specifier.startsWith("@/")
          ? 'paths that begin with "@/" are relative to the folder of project.fcn; ".fcn" can be left out'
          : 'paths are relative to this file; "./" and ".fcn" can be left out',
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
  "names/no-project": (facts: { readonly specifier: string }): Wording => ({
    message: `${JSON.stringify(facts.specifier)} is relative to a project, and this file belongs to none`,
    help: 'create an empty file project.fcn in the folder that "@" stands for, at or above this file; or write the path relative to this file',
  }),
  "names/leaves-project": (facts: { readonly specifier: string }): Wording => ({
    message: `${JSON.stringify(facts.specifier)} leaves the project`,
    help: 'a path that begins with "@/" stays in the folder of project.fcn; for a file elsewhere, write a path relative to this file',
  }),
  "names/import-cycle": (facts: { readonly specifier: string }): Wording => ({
    message: `import cycle: ${JSON.stringify(facts.specifier)} imports this file`,
    help: "move the blocks that both files need into a third file",
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
