/** Why a file of torchvision's weights is not loaded. */
import { torchvisionEncoders } from "../../../compiler/prelude/torchvision/encoders.ts";
import type { TorchvisionPart } from "../../../compiler/prelude/torchvision/weight-names.ts";
import { UserError } from "../../user-error.ts";
import { quoteName } from "../quote-name.ts";
import { encodersNamedAs, type FittedPart, type FittedWeight, type Tensors } from "./fit-part.ts";

/** Tensors that a message lists by name. */
const mostListed = 8;

export function noEncoder(network: string): UserError {
  return new UserError(
    `${network} has no encoder of torchvision, whose weights \`as torchvision\` loads`,
    `call one of std/encoders: ${[...torchvisionEncoders.keys()].join(", ")}; or leave out \`as torchvision\` where the file has the program's names`,
  );
}

/** None of the names of any encoder. */
export function notThere(file: string, encoders: readonly TorchvisionPart[], tensors: Tensors): UserError {
  const wanted = [...new Set(encoders.map(({ model }) => model))].join(" or ");
  const [holds] = encodersNamedAs(tensors);
  const [first] = tensors.keys();
  const named = first === undefined ? "it holds none" : `its first is ${quoteName(first)}`;
  return new UserError(
    `${file} has no weight of torchvision's ${wanted}: ${holds === undefined ? named : `it holds ${holds}`}`,
    holds === undefined
      ? "`as torchvision` reads the state dict of a network of torchvision.models; leave it out for weights of fcn, and rename those of other programs by --map FILE"
      : `call ${holds} from std/encoders, or load the weights of ${wanted}`,
  );
}

export function refuseEncoder(
  file: string,
  { part, misfits, surplus }: FittedPart,
  tensors: Tensors,
): UserError {
  const unknown = surplus.map(
    (name) =>
      `${quoteName(name)} ${shapeText(tensors.get(name)?.shape)} is not in torchvision's ${part.model}`,
  );
  const others = encodersNamedAs(tensors).filter((block) => block !== part.block);
  const same = encodersNamedAs(tensors).includes(part.block);
  return new UserError(
    [
      `${file} does not fit the encoder ${part.prefix}, torchvision's ${part.model}:`,
      ...listed([...misfits.map(describeMisfit), ...unknown]),
    ].join("\n"),
    others.length > 0 && !same
      ? `the file holds torchvision's ${others.join(" or ")}: call it from std/encoders, or load the weights of ${part.model}`
      : `load the weights of ${part.model} into it with torchvision's number of channels: ${part.block}() without a width${others.length > 0 ? `; the same names have ${others.join(", ")}` : ""}`,
  );
}

export function refuseHead(file: string, { part, misfits }: FittedPart): UserError {
  return new UserError(
    [
      `${file} does not fit the head ${part.prefix}, torchvision's ${part.model}:`,
      ...listed(misfits.map(describeMisfit)),
    ].join("\n"),
    "only the number of classes may differ: give the head torchvision's number of channels, or load the weights of an encoder alone",
  );
}

function describeMisfit({ name, theirs, shape, found }: FittedWeight): string {
  return found === undefined
    ? `${quoteName(theirs)} is missing from the file: ${name} ${shapeText(shape)}`
    : `${quoteName(theirs)} has shape ${shapeText(found.shape)} in the file, ${name} ${shapeText(shape)} in the network`;
}

function listed(lines: readonly string[]): readonly string[] {
  const more = lines.length - mostListed;
  return [...lines.slice(0, mostListed), ...(more > 0 ? [`and ${more} more`] : [])].map(
    (line) => `  ${line}`,
  );
}

function shapeText(shape: readonly number[] | undefined): string {
  return `[${shape?.join(", ") ?? ""}]`;
}
