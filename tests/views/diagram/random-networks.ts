/** Networks of random wiring: chains, joins of whatever has one resolution, forks, several inputs and outputs, block calls. */
import fc from "fast-check";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { NetworkSketch } from "./build-network.ts";

/** What is done next, to feature maps chosen by numbers: the latest, or any earlier one. */
const move = fc.record({
  kind: fc.constantFrom("conv", "conv", "pool", "up", "concat", "add", "join", "fork", "input", "global"),
  first: fc.nat(1000),
  second: fc.nat(1000),
  back: fc.boolean(),
  block: fc.constantFrom(undefined, undefined, "stage", "unit"),
});

export const randomNetwork: fc.Arbitrary<CompiledNetwork> = fc
  .array(move, { minLength: 3, maxLength: 26 })
  .map((moves) => wire(moves));

interface Placed {
  readonly id: number;
  readonly octave: number;
}

type Move = typeof move extends fc.Arbitrary<infer M> ? M : never;

function wire(moves: readonly Move[]): CompiledNetwork {
  const net = new NetworkSketch("Random");
  const maps: Placed[] = [{ id: net.input(3), octave: 0 }];
  let calls = 0;
  let current: Placed = maps[0] ?? { id: 0, octave: 0 };
  const put = (id: number, octave: number): void => {
    current = { id, octave };
    maps.push(current);
  };
  for (const { kind, first, second, back, block } of moves) {
    if (block !== undefined && kind !== "input") {
      calls += second % 3 === 0 ? 1 : 0;
      net.origin = { scope: [{ kind: "block", name: block, index: calls }] };
    } else net.origin = {};
    const from = back ? (maps[first % maps.length] ?? current) : current;
    const level = maps.filter(({ octave, id }) => octave === from.octave && id !== from.id);
    const other = level[second % Math.max(1, level.length)];
    if (kind === "conv") put(net.convRelu(from.id, 8), from.octave);
    else if (kind === "pool" && from.octave < 4) put(net.pool(from.id), from.octave + 1);
    else if (kind === "up" && from.octave > 0) put(net.up(from.id, 8, 2), from.octave - 1);
    else if (kind === "input" && back) put(net.input(3, `input${maps.length}`), 0);
    else if (kind === "global")
      put(
        net.add("resize_to", { mode: "bilinear", alignCorners: false }, [
          net.convRelu(net.add("global_pool", { kind: "average" }, [from.id]), 8, 1),
          from.id,
        ]),
        from.octave,
      );
    else if (kind === "fork") {
      const paths = [1, 2, 3]
        .slice(0, 2 + (second % 2))
        .map((dilation) => net.convRelu(from.id, 8, 3, { dilation }));
      put(net.add("concat", {}, paths, { construct: "fork" }), from.octave);
    } else if (other !== undefined) {
      if (kind === "concat")
        put(net.add("concat", {}, [from.id, other.id], { construct: "skip" }), from.octave);
      else {
        const sides = [net.convRelu(from.id, 8, 1), net.convRelu(other.id, 8, 1)];
        put(net.add("add", {}, sides, kind === "join" ? { construct: "skip" } : {}), from.octave);
      }
    } else put(net.convRelu(from.id, 8), from.octave);
    if (second % 4 === 0) net.builder.label(current.id, `map${current.id}`);
  }
  net.origin = {};
  return net.finish(net.conv(current.id, 2, 1));
}
