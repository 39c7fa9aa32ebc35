/** What computes the operators of ONNX Runtime: the CPU, or a GPU by its WebGPU provider. */
import { type Message, modelType } from "../../../compiler/onnx/schema.ts";
import { UserError } from "../../user-error.ts";

export type Provider = "cpu" | "webgpu";

/** "webgpu", for trying: correct, and never timed on a GPU (docs/verification.md). The blocked layout is the CPU's alone. */
const switchName = "FCN_NATIVE_PROVIDER";

/** @throws UserError for another value than these */
export function chosenProvider(): Provider {
  const asked = process.env[switchName];
  if (asked === undefined || asked === "cpu") return "cpu";
  if (asked === "webgpu") return "webgpu";
  throw new UserError(`${switchName} is "${asked}"`, `set it to cpu or webgpu, or unset it`);
}

/** An entry of `executionProviders` for the model. */
export function executionProvider(provider: Provider, model: Uint8Array) {
  if (provider === "cpu") return "cpu";
  const names = poolsWithPlaces(model);
  return names.length === 0 ? "webgpu" : { name: "webgpu", forceCpuNodeNames: names };
}

/** Names of the nodes that the WebGPU provider accepts and then fails to run: it has no indices of a MaxPool (release 1.30). */
function poolsWithPlaces(model: Uint8Array): string[] {
  const { graph } = modelType.decode(model) as Message<"ModelProto">; // written by `encodeModel`
  return (graph?.node ?? [])
    .filter(({ op_type, output = [] }) => op_type === "MaxPool" && output.length > 1)
    .map(({ name = "" }) => name);
}
