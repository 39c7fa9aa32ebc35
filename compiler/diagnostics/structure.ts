/** Messages about the structure of a network: inputs, outputs, forks, joins, shared weights. */
import type { Wording } from "./wording.ts";

export const structure = {
  "structure/no-input": (facts: { readonly network: string }): Wording => ({
    message: `network ${facts.network} has no input`,
    help: "start its body with: input image [3, H, W]",
  }),
  "structure/no-output": (facts: { readonly network: string }): Wording => ({
    message: `network ${facts.network} has no output`,
    help: "end its body with: output labels by softmax",
  }),
  "structure/too-many-errors": (facts: { readonly limit: number }): Wording => ({
    message: `there are more than ${facts.limit} errors; the rest of the program was not checked`,
    help: "fix the first ones: one mistake can cause many errors",
  }),
  "structure/input-shape": (facts: { readonly found: string }): Wording => ({
    message: `the shape of an input is [channels, height, width], not ${facts.found}`,
    help: "for example [3, H, W], or [3, 224, 224] for a fixed size",
  }),
  "structure/input-channels": (facts: { readonly found: string }): Wording => ({
    message: `the channels of an input must be a number, not the size ${facts.found}`,
    help: "the order is [channels, height, width], as in [3, H, W]",
  }),
  "structure/output-each-turn": (facts: { readonly name: string }): Wording => ({
    message: `the output "${facts.name}" is defined more than once: a loop or the calls of a block repeat this statement`,
    help: facts.name.includes("[")
      ? "give each iteration or call an index of its own"
      : `number the outputs: output ${facts.name}[i]`,
  }),
  "structure/input-dimension": (_facts: Record<never, never>): Wording => ({
    message: "this cannot be the height or width of an input",
    help: "write a symbol (H), a multiple of a symbol plus a number (2*H + 8), or a number",
  }),
  "structure/unknown-join": (facts: {
    readonly join: string;
    readonly nearest: string | undefined;
    /** How the language says what other libraries call so. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `feature maps cannot be joined by "${facts.join}"`,
    help:
      facts.instead ??
      (facts.nearest === undefined
        ? "use add, subtract, multiply, maximum, minimum or concat"
        : `did you mean "${facts.nearest}"?`),
  }),
  "structure/unknown-activation": (facts: {
    readonly activation: string;
    readonly nearest: string | undefined;
    /** How the language says what other libraries call so. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `"${facts.activation}" is not an activation of an output`,
    help:
      facts.instead ??
      (facts.nearest === undefined
        ? "use softmax or sigmoid; write any other activation as an operation before the output"
        : `did you mean "${facts.nearest}"?`),
  }),
  "structure/dilated-inside-dilated": (_facts: Record<never, never>): Wording => ({
    message: "this section is inside another section with `dilated to`",
    help: "remove one of the two: the outer one applies to everything inside it",
  }),
  "structure/weights-differ": (facts: { readonly here: string; readonly there: string }): Wording => ({
    message: `these weights cannot be shared: this call has ${facts.here}, the other ${facts.there}`,
    help: "call the same block or operation with the same arguments, on a feature map with the same number of channels",
  }),
  "structure/shared-elsewhere": (facts: {
    /** "init" */
    readonly argument: string;
    readonly called: string;
  }): Wording => ({
    message: `${facts.argument} has no effect here: the weights belong to ${facts.called}`,
    help: `write ${facts.argument} at the definition of ${facts.called}, or remove it`,
  }),
  "structure/no-weights": (facts: { readonly called: string }): Wording => ({
    message: `${facts.called} has no weights to share`,
    help: "name a layer, an encoder or a block call that has weights",
  }),
  "structure/residual-needs-shortcut": (facts: {
    /** "64 channels at 1/4" */
    readonly given: string;
    readonly made: string;
    /** A path that converts the first into the second. */
    readonly shortcut: string;
  }): Wording => ({
    message: `a residual body adds its input to its result, and their shapes differ: ${facts.given} and ${facts.made}`,
    help: `add a projection shortcut: ${facts.shortcut}`,
  }),
  "structure/path-outside-fork": (_facts: Record<never, never>): Wording => ({
    message: "a path is only possible inside a fork",
    help: "write fork by concat { path { … } path { … } }",
  }),
  "structure/only-paths-in-fork": (facts: { readonly what: string }): Wording => ({
    message: `a fork contains only paths, and ${facts.what} is outside of them`,
    help: "write it inside a path: path { … }",
  }),
  "structure/fork-without-paths": (_facts: Record<never, never>): Wording => ({
    message: "this fork has no paths",
    help: "write at least one path { … }",
  }),
  "structure/output-of-another": (facts: { readonly name: string }): Wording => ({
    severity: "warning",
    message: `the output "${facts.name}" is the current feature map, not the feature map with this name`,
    help: `write \`from ${facts.name}\` before it: from ${facts.name}  output ${facts.name}; or give the output another name`,
  }),
  "structure/input-in-block": (_facts: Record<never, never>): Wording => ({
    message: "an input belongs in a network, not in a block",
    help: "write the input in the network, and `from` its name before the call",
  }),
  "structure/no-such-network": (facts: {
    readonly name: string;
    readonly known: readonly string[];
    readonly nearest: string | undefined;
  }): Wording => ({
    message: `this file has no network "${facts.name}"`,
    help:
      facts.nearest !== undefined
        ? `did you mean "${facts.nearest}"?`
        : facts.known.length === 0
          ? "it has no networks"
          : `it has: ${facts.known.join(", ")}`,
  }),
  "structure/no-network": (_facts: Record<never, never>): Wording => ({
    severity: "warning",
    message: "this file has no networks and no blocks",
    help: "write a network: network Name { input image [3, H, W] … output labels by softmax }",
  }),
};
