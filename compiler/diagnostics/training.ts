/** Messages about `train` sections. */
import { counted } from "../counted.ts";
import { quoted } from "./quoted.ts";
import type { Wording } from "./wording.ts";

function choose(nearest: string | undefined, known: readonly string[], instead?: string): string {
  if (instead !== undefined) return instead;
  if (nearest !== undefined) return `did you mean ${quoted(nearest)}?`;
  return known.length === 0 ? "remove it" : `known: ${known.join(", ")}`;
}

const mostNamed = 6;

/** "the output `labels`", "the outputs `side[1]` and `side[2]`" */
function theOutputs(names: readonly string[]): string {
  const [first = "", ...others] = names.map(quoted);
  if (others.length === 0) return `the output ${first}`;
  const more = names.length - mostNamed;
  const shown = more > 0 ? [first, ...others.slice(0, mostNamed - 1), `${more} more`] : [first, ...others];
  return `the outputs ${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

export const training = {
  "training/too-many-classes": (facts: { readonly classes: number; readonly limit: number }): Wording => ({
    message: `masks cannot hold ${facts.classes} classes; the limit is ${facts.limit}`,
    help: "a mask image has at most 16 bits per pixel: check the value of `classes`",
  }),
  "training/unknown-key": (facts: {
    readonly key: string;
    readonly nearest: string | undefined;
    readonly known: readonly string[];
    /** How the language says what other libraries call so. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `a train section has no entry ${quoted(facts.key)}`,
    help: choose(facts.nearest, facts.known, facts.instead),
  }),
  /** Also for a part of an entry: an augmentation, a class in a list. */
  "training/said-twice": (facts: { readonly what: string }): Wording => ({
    message: `${facts.what} is given twice`,
    label: "again here",
    help: "remove one of the two",
  }),
  "training/unknown-word": (facts: {
    /** "loss", "augmentation", "optimizer", "class" */
    readonly what: string;
    readonly word: string;
    readonly nearest: string | undefined;
    readonly known: readonly string[];
    /** How the language says what other libraries call so. */
    readonly instead?: string | undefined;
  }): Wording => ({
    message: `there is no ${facts.what} ${quoted(facts.word)}`,
    help: choose(facts.nearest, facts.known, facts.instead),
  }),
  "training/value-missing": (facts: { readonly key: string; readonly example: string }): Wording => ({
    message: `the entry ${quoted(facts.key)} has no value`,
    help: `for example ${quoted(facts.example)}`,
  }),
  "training/too-much": (facts: { readonly key: string; readonly example: string }): Wording => ({
    message: `the entry ${quoted(facts.key)} takes one value`,
    label: "one value too many",
    help: `for example ${quoted(facts.example)}; each entry needs its own line`,
  }),
  "training/wrong-value": (facts: {
    /** "epochs", "the learning rate of adam" */
    readonly what: string;
    /** "a whole number ≥ 1" */
    readonly wanted: string;
    /** "the number 2.5" */
    readonly found: string;
    /** What the user most likely meant. */
    readonly nearest?: string;
  }): Wording => ({
    message: `${facts.what} must be ${facts.wanted}, not ${facts.found}`,
    ...(facts.nearest === undefined ? {} : { help: `did you mean ${quoted(facts.nearest)}?` }),
  }),
  "training/no-encoder": (facts: { readonly names: string }): Wording => ({
    message: `the network has no encoder of ${facts.names}`,
    label: "whose layers the file holds",
    help: "call one of std/encoders that torchvision has too, such as resnet50, or leave out `as` where the file has the program's names",
  }),
  "training/output-without-loss": (facts: {
    /** Members of a family; otherwise one. */
    readonly outputs: readonly string[];
  }): Wording => ({
    message: `${theOutputs(facts.outputs)} ${facts.outputs.length === 1 ? "has" : "have"} no loss`,
    help: `add one for ${facts.outputs.length === 1 ? "it" : "them"}, or one without a name, which applies to every output without its own`,
  }),
  "training/output-without-target": (facts: { readonly outputs: readonly string[] }): Wording => ({
    message: `${theOutputs(facts.outputs)} ${facts.outputs.length === 1 ? "has" : "have"} no target`,
    help: `add one for ${facts.outputs.length === 1 ? "it" : "them"}, or one without a name, which applies to every output without its own`,
  }),
  "training/loss-does-not-fit": (facts: {
    readonly loss: string;
    readonly output: string;
    readonly reason: string;
    readonly help: string;
  }): Wording => ({
    message: `the loss ${facts.loss} does not fit the output ${quoted(facts.output)}: ${facts.reason}`,
    help: facts.help,
  }),
  "training/target-does-not-fit": (facts: {
    readonly target: string;
    readonly outputs: readonly string[];
    /** What follows "it" or "each". */
    readonly reason: string;
    readonly help: string;
  }): Wording => ({
    message: `${theOutputs(facts.outputs)} cannot learn ${facts.target}: ${facts.outputs.length === 1 ? "it" : "each"} ${facts.reason}`,
    help: facts.help,
  }),
  "training/files": (facts: {
    readonly name: string;
    readonly problem: string;
    readonly help: string;
  }): Wording => ({
    message: `cannot pair the files of ${quoted(facts.name)}: ${facts.problem}`,
    help: facts.help,
  }),
  "training/input-size": (facts: {
    readonly name: string;
    readonly problem: string;
    readonly help: string;
  }): Wording => ({
    message: `the input ${quoted(facts.name)} ${facts.problem}`,
    help: facts.help,
  }),
  "training/shrink-differs": (facts: {
    readonly first: string;
    readonly other: string;
    /** Phrases that agree. */
    readonly instead: string | undefined;
  }): Wording => ({
    message: `the inputs ${quoted(facts.first)} and ${quoted(facts.other)} take the same images, and their values of shrink do not give the sizes that the network has`,
    help:
      facts.instead === undefined
        ? `give ${quoted(facts.other)} files of its own`
        : `write inputs ${facts.instead}, or give one of them files of its own`,
  }),
  "training/weight-count": (facts: { readonly weights: number; readonly classes: number }): Wording => ({
    message: `there ${facts.weights === 1 ? "is" : "are"} ${counted(facts.weights, "class weight")} for ${counted(facts.classes, "class", "classes")}`,
    help: "give one weight per class, in the order of the classes, or use median_frequency",
  }),
  "training/mask-without-class": (_facts: Record<never, never>): Wording => ({
    message: "this mask value has no class name",
    help: "write the class of each value: masks [background = 0, cell = 255]",
  }),
  "training/mask-value-twice": (facts: { readonly value: string; readonly first: string }): Wording => ({
    message: `the mask value ${facts.value} is already assigned to ${facts.first}`,
    help: "each value has one meaning; several values can belong to one class",
  }),
  "training/class-without-value": (facts: { readonly classes: readonly string[] }): Wording => ({
    severity: "warning",
    message: `no mask value is assigned to ${facts.classes.join(", ")}`,
    help: "assign a value to each class; a class without one is never learned",
  }),
  "training/head-classes": (facts: {
    readonly outputs: readonly string[];
    readonly channels: number;
    readonly classes: number;
  }): Wording => ({
    message: `${theOutputs(facts.outputs)} ${facts.outputs.length === 1 ? "has" : "have"} ${counted(facts.channels, "channel")} for ${counted(facts.classes, "class", "classes")}`,
    help: "use one channel per class, conv(classes, 1x1), or one channel `by sigmoid` for two classes, and declare the classes once, as a parameter",
  }),
  "training/class-count": (facts: { readonly named: number; readonly classes: number }): Wording => ({
    message: `the masks name ${counted(facts.named, "class", "classes")}, and the network has ${facts.classes}`,
    help: `name ${counted(facts.classes, "class", "classes")} here, or change the number of classes in the network`,
  }),
};
