/** The examples at the sizes at which their gradients and training steps are compared in float64. */
import type { PerAxis } from "../../compiler/axis.ts";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { narrowNetwork } from "./engines/narrow-examples.ts";
import type { MemorySubject } from "./memory/subjects.ts";
import { sizesOf } from "./targets/examples.ts";

export interface SmallNetwork {
  readonly example: string;
  readonly network: CompiledNetwork;
  readonly asked: readonly { readonly size: PerAxis<number>; readonly batch: number }[];
}

export async function smallNetwork(subject: MemorySubject): Promise<SmallNetwork> {
  const { network, size } = await narrowNetwork(slim(subject));
  return { example: subject.example, network, asked: sizesOf({ ...subject, size }) };
}

/** What their blocks divide among groups or pools among bins allows no half of the width. */
const asWide: readonly string[] = ["deeplab-v3-plus.fcn", "fcn-alexnet.fcn"];

/** Half as wide: `cpu` computes hundreds of times as slowly as an engine. */
function slim(subject: MemorySubject): MemorySubject {
  const width = Number(subject.settings.width ?? 1);
  if (width === 1 || asWide.includes(subject.example)) return subject;
  return { ...subject, settings: { ...subject.settings, width: String(Math.floor(width / 2)) } };
}
