/** Skips, crops, ceil pools, unpooling and resampling in combinations that no example has. */
import { expect, it } from "vitest";
import { perAxis } from "../../../compiler/axis.ts";
import { isAccepted, nearestAccepted } from "../../../compiler/network/nearest-accepted.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { SizeSet } from "../../../compiler/sizes/size-function.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { Random } from "../../../runtime/random.ts";
import { randomProgram } from "../../../tools/verify/random-networks/generate.ts";
import { subjectOf } from "../../../tools/verify/random-networks/subject.ts";
import { compareWithReference } from "./compare.ts";
import { withBatch } from "./narrowed.ts";

const count = 15;

/** The least accepted size from there on. */
function nextAccepted(accepted: SizeSet | undefined, from: number): number {
  if (accepted === undefined || isAccepted(accepted, from)) return from;
  return nearestAccepted(accepted, from).above ?? from;
}

it(`${count} random networks predict, compare and differentiate as their programs do in float64`, async () => {
  const engine = await loadEngine("wasm");
  let compared = 0;
  for (let index = 0; compared < count && index < 10 * count; index += 1) {
    const { compilation, source } = subjectOf(randomProgram(new Random(2, `tensors ${index}`)));
    const [network] = compilation.networks;
    if (network === undefined) continue;
    try {
      const { accepts, nodes, inputs } = network.graph;
      const [first] = inputs.map((id) => nodes[id]);
      if (first === undefined || !isInput(first)) throw new Error("a network has an input");
      const symbols = perAxis((axis) => first.attributes.size[axis].symbol ?? "");
      const least = symbols[0] === symbols[1] ? [14, 14] : [11, 14];
      const size = perAxis((axis) => nextAccepted(accepts.get(symbols[axis]), least[axis] ?? 0));
      const narrow = withBatch(network, size);
      const session = await engine.open(network.graph, narrow.options);
      await compareWithReference(narrow, session);
      session.close();
    } catch (problem) {
      throw new Error(`network ${index}\n${source.text}`, { cause: problem });
    }
    compared += 1;
  }
  expect(compared).toBe(count);
}, 120_000);
