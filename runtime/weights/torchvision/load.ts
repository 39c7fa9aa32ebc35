/** Weights under torchvision's names for the encoders and heads of a network that torchvision has too. */
import type { Graph } from "../../../compiler/network/graph.ts";
import { encoderInput, imagenet, imagenetInputs } from "../../../compiler/prelude/torchvision/preparation.ts";
import { torchvisionParts } from "../../../compiler/prelude/torchvision/weight-names.ts";
import type { Normalisation, WeightArray } from "../../arrays.ts";
import { weightsOf } from "../weight-name.ts";
import { describeLoaded } from "./describe.ts";
import { type FittedPart, fitPart, isComplete, isPresent, isSegmentation, type Tensors } from "./fit-part.ts";
import { noEncoder, notThere, refuseEncoder, refuseHead } from "./refusals.ts";

export interface TorchvisionWeights {
  readonly weights: ReadonlyMap<string, WeightArray>;
  /** Of the inputs that are images of three channels and that a loaded encoder reads. */
  readonly normalisations: ReadonlyMap<string, Normalisation>;
  /** What was loaded, adapted, initialised and not used, a line for each. */
  readonly message: string;
}

/**
 * Every encoder whose layers the file holds is loaded, and of a file of torchvision's segmentation networks every head too.
 * @throws UserError when the network has no such encoder, the file none of its weights, or a weight is missing, unknown or of another
 *   shape; the input channels of an encoder and the classes of a head may differ
 */
export function loadTorchvision(
  graph: Graph,
  { file, weights }: { readonly file: string; readonly weights: Tensors },
): TorchvisionWeights {
  const parts = torchvisionParts(graph);
  const encoders = parts.filter(({ kind }) => kind === "encoder");
  if (encoders.length === 0) throw noEncoder(graph.name);
  const tensors = plainNames(weights);
  const own = new Map(weightsOf(graph).map((weight) => [weight.name, weight]));
  const fitted = encoders.flatMap((part) => fitPart(part, tensors, own).slice(0, 1));
  const loaded = fitted.filter(isComplete);
  if (loaded.length === 0) {
    const nearest = fitted
      .filter(isPresent)
      .sort((a, b) => a.misfits.length + a.surplus.length - b.misfits.length - b.surplus.length)[0];
    throw nearest === undefined ? notThere(file, encoders, tensors) : refuseEncoder(file, nearest, tensors);
  }
  const heads = isSegmentation(tensors)
    ? chooseHeads(
        file,
        parts.filter(({ kind }) => kind === "head").map((part) => fitPart(part, tensors, own)),
      )
    : [];
  const taken = [...loaded, ...heads];
  const used = new Map(
    taken.flatMap(({ weights: each }) =>
      each.flatMap(({ name, adapted }) =>
        adapted?.kind === "same" || adapted?.kind === "channels" ? [[name, adapted.value] as const] : [],
      ),
    ),
  );
  const inputs = imagenetInputs(
    graph,
    loaded.map(({ part }) => part),
  );
  return {
    weights: used,
    normalisations: new Map([...inputs].map((name) => [name, imagenet])),
    message: describeLoaded({
      file,
      graph,
      loaded,
      heads,
      absent: parts.filter((part) => !taken.some((one) => one.part === part)),
      count: used.size,
      others: [...own.keys()].filter((name) => !used.has(name)),
      unused: [...tensors.keys()].filter(
        (name) => !taken.some(({ weights: each }) => each.some(({ theirs }) => theirs === name)),
      ),
      readers: loaded.map(({ part }) => ({ prefix: part.prefix, ...encoderInput(graph, part) })),
    }),
  };
}

/**
 * Each of those that the file has, below the first name where it fits. A head that the file has not is left out.
 * @throws UserError when a head has the names of the file, below a name that no other has, and other shapes
 */
function chooseHeads(file: string, candidates: readonly (readonly FittedPart[])[]): readonly FittedPart[] {
  const chosen = candidates.flatMap((forms) => forms.filter(isComplete).slice(0, 1));
  const taken = new Set(chosen.flatMap(({ weights }) => weights.map(({ theirs }) => theirs)));
  for (const forms of candidates) {
    if (forms.some(isComplete)) continue;
    const reshaped = forms.find(({ weights }) =>
      weights.every(({ found, theirs }) => found !== undefined && !taken.has(theirs)),
    );
    if (reshaped !== undefined) throw refuseHead(file, reshaped);
  }
  return chosen;
}

/** Without what `DistributedDataParallel` puts before every name, and without counts of batches, which some write as numbers. */
function plainNames(weights: Tensors): Tensors {
  const wrapped = weights.size > 0 && [...weights.keys()].every((name) => name.startsWith("module."));
  return new Map(
    [...weights].flatMap(([name, value]) =>
      name.endsWith(".num_batches_tracked") ? [] : [[wrapped ? name.slice("module.".length) : name, value]],
    ),
  );
}
