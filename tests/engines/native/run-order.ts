/** The order in which ONNX Runtime really runs a model, by its own profile, and what is live then. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { type Message, modelType } from "../../../compiler/onnx/schema.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { sessionOptions } from "../../../runtime/engines/native/open-model.ts";

interface RunNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  /** Names and bytes. */
  readonly outputs: ReadonlyMap<string, number>;
}

/** One event of the profile. */
interface Event {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly args: { readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[] };
}

const bytesPerElement: Readonly<Record<string, number>> = { float: 4, int32: 4, int64: 8, bool: 1 };
const ending = "_kernel_time";

/** Runs a model of a training step once on zeros, with the names that ONNX Runtime gives its nodes after its own changes. */
export async function runOrder(
  model: Uint8Array,
  inputs: ReadonlyMap<string, runtime.Tensor>,
  changes: runtime.InferenceSession.SessionOptions = {},
): Promise<readonly RunNode[]> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-order-"));
  try {
    const changed = join(folder, "changed.onnx");
    const session = await runtime.InferenceSession.create(model, {
      ...sessionOptions(model, { threads: 1, trains: true }),
      logSeverityLevel: 4,
      optimizedModelFilePath: changed,
      enableProfiling: true,
      profileFilePrefix: join(folder, "profile"),
      ...changes,
    });
    await session.run(Object.fromEntries(inputs));
    session.endProfiling();
    await session.release();
    const profile = (await readdir(folder)).find((name) => name.startsWith("profile")) ?? "";
    const events: readonly Event[] = JSON.parse(await readFile(join(folder, profile), "utf8"));
    const decoded = modelType.decode(await readFile(changed)) as Message<"ModelProto">; // it is one
    const nodes = new Map((decoded.graph?.node ?? []).map((node) => [node.name, node]));
    return events
      .filter(({ cat, name }) => cat === "Node" && name.endsWith(ending))
      .toSorted((a, b) => a.ts - b.ts)
      .map(({ name, args }) => {
        const node = nodes.get(name.slice(0, -ending.length));
        const shapes = args.output_type_shape ?? [];
        const names = (node?.output ?? []).filter((output) => output !== "");
        return {
          operator: node?.op_type ?? "",
          inputs: node?.input ?? [],
          outputs: new Map(
            names.map((output, i) => {
              const [[type, shape] = ["float", []] as const] = Object.entries(shapes[i] ?? {});
              return [output, (bytesPerElement[type] ?? 4) * elementCount(shape)] as const;
            }),
          ),
        };
      });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The most bytes that are between their node and its last reader. A node that gives its operand another shape holds it. */
export function livePeak(nodes: readonly RunNode[]): number {
  const holder = new Map<string, string>();
  const last = new Map<string, number>();
  for (const [place, { operator, inputs, outputs }] of nodes.entries()) {
    const [first = ""] = inputs;
    for (const output of outputs.keys())
      holder.set(output, operator === "Reshape" ? (holder.get(first) ?? "") : output);
    for (const name of [...inputs, ...outputs.keys()]) last.set(holder.get(name) ?? "", place);
  }
  let live = 0;
  let peak = 0;
  const held = new Map<string, number>();
  for (const [place, { outputs }] of nodes.entries()) {
    for (const [output, bytes] of outputs) {
      if (holder.get(output) !== output) continue;
      held.set(output, bytes);
      live += bytes;
    }
    peak = Math.max(peak, live);
    for (const [name, bytes] of held) {
      if ((last.get(name) ?? 0) > place) continue;
      held.delete(name);
      live -= bytes;
    }
  }
  return peak;
}
