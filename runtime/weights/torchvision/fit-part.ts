/** A part of a network beside a file with torchvision's names: which weights the file has for it, and which of them fit. */
import { torchvisionEncoders } from "../../../compiler/prelude/torchvision/encoders.ts";
import type { TorchvisionPart } from "../../../compiler/prelude/torchvision/weight-names.ts";
import type { WeightArray } from "../../arrays.ts";
import type { GraphWeight } from "../weight-name.ts";
import { type Adapted, adapted } from "./adapt.ts";

export type Tensors = ReadonlyMap<string, WeightArray>;

export interface FittedWeight {
  /** In the program, and in the file. */
  readonly name: string;
  readonly theirs: string;
  readonly shape: readonly number[];
  /** `undefined`: the file has no such tensor. */
  readonly found: WeightArray | undefined;
  readonly adapted: Adapted | undefined;
}

export interface FittedPart {
  readonly part: TorchvisionPart;
  readonly weights: readonly FittedWeight[];
  /** Neither in the file nor of its shape. */
  readonly misfits: readonly FittedWeight[];
  /** Of torchvision's encoder in the file, the tensors that the program's encoder has no weight for. */
  readonly surplus: readonly string[];
}

/** Whether any tensor is there by its name. */
export const isPresent = ({ weights }: FittedPart): boolean =>
  weights.some(({ found }) => found !== undefined);
export const isComplete = ({ misfits, surplus }: FittedPart): boolean =>
  misfits.length + surplus.length === 0;

const backbone = "backbone.";
/** Modules of classifiers, which follow the features of torchvision's networks. */
const classifiers = /^(?:fc|classifier|heads?|aux_classifier|AuxLogits)\./;

/** Whether the file is of torchvision.models.segmentation, whose networks have the encoder below "backbone". */
export function isSegmentation(tensors: Tensors): boolean {
  return [...tensors.keys()].some((name) => name.startsWith(backbone));
}

/** As the file names what torchvision's table of an encoder or a head names; the likelier first. */
function formsOf(
  { kind, alsoBelow }: TorchvisionPart,
  segmentation: boolean,
): readonly ((name: string) => string)[] {
  const asIs = (name: string) => name;
  if (kind === "head")
    return alsoBelow === undefined ? [asIs] : [asIs, (name) => name.replace(/^[^.]+/, alsoBelow)];
  if (!segmentation) return [asIs];
  // Where the encoder is one sequence, its name is lost.
  return [(name) => backbone + name, (name) => backbone + name.replace(/^features\./, "")];
}

/** The part with each form of names, the best first. @param own the network's weights by name */
export function fitPart(
  part: TorchvisionPart,
  tensors: Tensors,
  own: ReadonlyMap<string, GraphWeight>,
): readonly FittedPart[] {
  const segmentation = isSegmentation(tensors);
  return formsOf(part, segmentation)
    .map((form) => fitAs(part, form, tensors, own))
    .sort((a, b) => a.misfits.length - b.misfits.length);
}

function fitAs(
  part: TorchvisionPart,
  form: (name: string) => string,
  tensors: Tensors,
  own: ReadonlyMap<string, GraphWeight>,
): FittedPart {
  const weights = [...part.names].map(([name, listed]): FittedWeight => {
    const theirs = form(listed);
    const shape = own.get(name)?.specification.shape ?? [];
    const found = tensors.get(theirs);
    const role = {
      isFirst: part.kind === "encoder" && name === `${part.first.name}.weight`,
      isClassifier: part.classifiers.has(name),
    };
    return { name, theirs, shape, found, adapted: found && adapted(found, shape, role) };
  });
  const misfits = weights.filter(
    (weight) => weight.adapted === undefined || weight.adapted.kind === "differs",
  );
  const taken = new Set(weights.map(({ theirs }) => theirs));
  const surplus = part.kind === "head" ? [] : featuresOf(tensors).filter((name) => !taken.has(name));
  return { part, weights, misfits, surplus };
}

function featuresOf(tensors: Tensors): readonly string[] {
  const names = [...tensors.keys()];
  return isSegmentation(tensors)
    ? names.filter((name) => name.startsWith(backbone))
    : names.filter((name) => !classifiers.test(name));
}

/** The encoders of std/encoders whose layers have exactly the names of the file's. */
export function encodersNamedAs(tensors: Tensors): readonly string[] {
  const layers = new Set(featuresOf(tensors).map((name) => name.replace(/\.[^.]*$/, "")));
  return [...torchvisionEncoders].flatMap(([block, table]) =>
    ["", backbone].some(
      (prefix) =>
        table.layers.length === layers.size && table.layers.every((name) => layers.has(prefix + name)),
    )
      ? [block]
      : [],
  );
}
