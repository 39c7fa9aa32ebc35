import { expect, it } from "vitest";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import { gradientsProgram } from "../../../compiler/tensors/programs/training.ts";
import { comparedOutputs } from "../../../runtime/engines/compared-outputs.ts";
import { compileProgram } from "../../../runtime/engines/tfjs/compile/compile-program.ts";
import { loadTensorFlow } from "../../../runtime/engines/tfjs/load.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import { compileNetwork } from "../../support/compile-network.ts";

const tf = await loadTensorFlow();

function compiled(body: string, backend: string, batch = 2) {
  const network = compileNetwork(
    `network N(classes = 2) {\n input image [3, H, W]\n ${body}\n output y by softmax\n}`,
  );
  const shaped = shapeAt(network.graph, [8, 8]);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  const outputs = comparedOutputs(network.graph, sessionTraining(network));
  const program = gradientsProgram(shaped, batch, outputs, { dropout: true });
  return compileProgram(tf, backend, program);
}

const kernels = (actions: ReturnType<typeof compiled>["actions"], part: string) =>
  actions.filter(({ work, origin }) => work.kind === "kernels" && origin?.part === part).length;

it("a convolution with bias and a rectifier is one kernel on WebAssembly", () => {
  const { actions } = compiled("conv(4, 3x3) relu\n conv(classes, 1x1)", "wasm");
  expect(kernels(actions, "forward")).toBe(2);
});

it("batch normalisation and what follows it are three passes over the map: mean, variance, result", () => {
  const bare = compiled("conv(4, 3x3, bias = false)\n conv(classes, 1x1)", "wasm");
  const { actions } = compiled("conv(4, 3x3, bias = false) batchnorm relu\n conv(classes, 1x1)", "wasm");
  const large = actions.filter(
    ({ reads, origin }) =>
      origin?.part === "forward" &&
      origin.name !== undefined &&
      reads.some(({ shape }) => shape.join() === "2,8,8,4"),
  );
  // those three, and the second convolution
  expect(large).toHaveLength(4);
  expect(kernels(bare.actions, "forward")).toBe(2);
});

it("steps are computed one by one where tensors are no arrays of this process", () => {
  const joined = compiled("conv(4, 3x3) batchnorm relu\n conv(classes, 1x1)", "wasm").actions.length;
  const single = compiled("conv(4, 3x3) batchnorm relu\n conv(classes, 1x1)", "webgpu").actions.length;
  expect(single).toBeGreaterThan(1.5 * joined);
});

it("every tensor goes with its last reader, but those that the run gives out", () => {
  const { actions, outputs, updates, slots } = compiled(
    "conv(4, 3x3) batchnorm relu\n conv(classes, 1x1)",
    "cpu",
  );
  const last = actions.flatMap(({ last }) => last);
  expect(new Set(last).size).toBe(last.length);
  for (const { reads, writes } of actions)
    for (const { slot } of [...reads, ...writes]) expect(last).toContain(slot);
  for (const { slot } of [...outputs, ...updates]) expect(slot).toBeLessThan(slots);
});
