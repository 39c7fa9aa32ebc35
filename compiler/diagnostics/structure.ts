/** Words for networks whose parts do not make a whole: inputs, outputs, forks, joins. */
import type { Wording } from "./wording.ts";

export const structure = {
  "structure/no-input": (facts: { readonly network: string }): Wording => ({
    message: `network ${facts.network} has no input`,
    help: "begin its body with: input image [3, H, W]",
  }),
  "structure/no-output": (facts: { readonly network: string }): Wording => ({
    message: `network ${facts.network} has no output`,
    help: "end its body with: output labels by softmax",
  }),
  "structure/too-many-errors": (facts: { readonly limit: number }): Wording => ({
    message: `there are more than ${facts.limit} errors; the rest is not checked`,
    help: "fix the first ones: one mistake can cause many errors",
  }),
  "structure/input-shape": (facts: { readonly found: string }): Wording => ({
    message: `an input's shape is [channels, height, width], not ${facts.found}`,
    help: "for example [3, H, W], or [3, 224, 224] for one size only",
  }),
  "structure/input-channels": (facts: { readonly found: string }): Wording => ({
    message: `the channels of an input come first, and they are a number, not the size ${facts.found}`,
    help: "write [channels, height, width]: [3, H, W]",
  }),
  "structure/output-each-turn": (facts: { readonly name: string }): Wording => ({
    message: `every turn of this loop would make the output "${facts.name}"`,
    help: "an output's name stands for one map: write each output by itself",
  }),
  "structure/input-dimension": (_facts: Record<never, never>): Wording => ({
    message: "an input cannot have this as its height or width",
    help: "write a name (H), a whole multiple of one plus a number (2*H + 8), or a number",
  }),
  "structure/unknown-join": (facts: {
    readonly join: string;
    readonly nearest: string | undefined;
  }): Wording => ({
    message: `maps cannot be joined by "${facts.join}"`,
    help: facts.nearest === undefined ? "by add, concat or multiply" : `did you mean "${facts.nearest}"?`,
  }),
  "structure/unknown-activation": (facts: {
    readonly activation: string;
    readonly nearest: string | undefined;
    /** How the language says what other libraries call so. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `an output has no activation "${facts.activation}"`,
    help:
      facts.instead ??
      (facts.nearest === undefined
        ? "by softmax or by sigmoid; any other one is an operation before the output"
        : `did you mean "${facts.nearest}"?`),
  }),
  "structure/dilated-inside-dilated": (_facts: Record<never, never>): Wording => ({
    message: "this section is inside one that is dilated to a resolution already",
    help: "keep one of the two: the outer one dilates everything inside it",
  }),
  "structure/weights-differ": (facts: { readonly here: string; readonly there: string }): Wording => ({
    message: `these weights cannot be shared: here stands ${facts.here}, there ${facts.there}`,
    help: "call the same block or operation with the same arguments, on a map of as many channels",
  }),
  "structure/shared-elsewhere": (facts: {
    /** "init" */
    readonly argument: string;
    readonly called: string;
  }): Wording => ({
    message: `${facts.argument} says nothing here: the weights are those of ${facts.called}`,
    help: `write ${facts.argument} where ${facts.called} is made, or leave it out`,
  }),
  "structure/no-weights": (facts: { readonly called: string }): Wording => ({
    message: `${facts.called} has no weights to share`,
    help: "name the layer, or the encoder or block call, whose weights shall be used again",
  }),
  "structure/residual-needs-shortcut": (facts: {
    /** "64 channels at 1/4" */
    readonly given: string;
    readonly made: string;
    /** A path that makes the one into the other. */
    readonly shortcut: string;
  }): Wording => ({
    message: `a residual body adds the map it began with to its result, and these differ: ${facts.given} and ${facts.made}`,
    help: `add a path that makes the first into the second: ${facts.shortcut}`,
  }),
  "structure/path-outside-fork": (_facts: Record<never, never>): Wording => ({
    message: "a path stands only inside a fork",
    help: "write fork by concat { path { … } path { … } }",
  }),
  "structure/only-paths-in-fork": (facts: { readonly what: string }): Wording => ({
    message: `a fork holds paths; ${facts.what} stands outside them`,
    help: "put it into a path: path { … }",
  }),
  "structure/fork-without-paths": (_facts: Record<never, never>): Wording => ({
    message: "this fork has no path",
    help: "write at least one path { … }",
  }),
  "structure/output-in-block": (facts: { readonly what: string }): Wording => ({
    message: `an ${facts.what} stands in a network, not in a block`,
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
          ? "it has none at all"
          : `it has: ${facts.known.join(", ")}`,
  }),
  "structure/no-network": (_facts: Record<never, never>): Wording => ({
    severity: "warning",
    message: "this file has no network and no block",
    help: "a network is written: network Name { input image [3, H, W] … output labels by softmax }",
  }),
};
