/** Registers, for an engine's backend of shapes, kernels that take the memory of its own and compute nothing. */
import type { TfjsEngineName } from "../../engine.ts";
import type { TensorFlow } from "../lowering.ts";
import { countOf, type Given, KernelCall } from "./kernel-call.ts";
import { cpuKernelShapes, type KernelShape, kernelShapes, ownKernelShapes } from "./kernel-shapes.ts";
import { kernelWorkspaces } from "./kernel-workspaces.ts";
import type { ShapeBackend } from "./shape-backend.ts";

/** Where an engine's kernels give something else, or are its own. */
const shapesOf: { readonly [engine in TfjsEngineName]: Readonly<Record<string, KernelShape>> } = {
  cpu: cpuKernelShapes,
  wasm: ownKernelShapes,
  webgpu: {},
  tensorflow: {},
};

export function unregisterShapeKernels(tf: TensorFlow, backendName: string): void {
  for (const { kernelName } of tf.getKernelsForBackend(backendName))
    tf.unregisterKernel(kernelName, backendName);
}

export function registerShapeKernels(tf: TensorFlow, backendName: string, engine: TfjsEngineName): void {
  const shapes: Readonly<Record<string, KernelShape>> = { ...kernelShapes, ...shapesOf[engine] };
  const workspaces = kernelWorkspaces[engine];
  for (const [kernelName, shapeOf] of Object.entries(shapes)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const shapes = backend as ShapeBackend; // the backend these are registered for
        const call = new KernelCall(tf, kernelName, inputs, attrs);
        const given = shapeOf(call);
        const results = (Array.isArray(given) ? given : [given]) as readonly Given[]; // Array.isArray widens a readonly array
        const made = results.map(({ shape, dtype, shares }) => {
          if (shares === undefined) return shapes.make(shape, dtype);
          if (countOf(shape) !== countOf(shares.shape))
            throw new Error(`${kernelName} shares what has another size`);
          shapes.incRef(shares.dataId);
          return { dataId: shares.dataId, shape: [...shape], dtype };
        });
        const { passing = [], attached, kept } = workspaces[kernelName]?.(call) ?? {};
        if (kept !== undefined) shapes.keep(`${kernelName} ${kept.key}`, kept.bytes);
        if (attached !== undefined) shapes.attach(attached.to.dataId, kernelName, attached.bytes);
        for (const amounts of passing) shapes.workspace(amounts);
        return Array.isArray(given) ? made : (made[0] ?? []);
      },
    });
  }
}
