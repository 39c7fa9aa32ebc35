/** Every primitive on ONNX Runtime's WebGPU provider, against its float64 evaluation: `npm run verify:webgpu`. */
import { existsSync } from "node:fs";
import { describe, it } from "vitest";
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import { primitives } from "../../../compiler/tensors/primitives/registry.ts";
import { comparePrimitive } from "./compare-primitive.ts";

/** SwiftShader comes with Debian's chromium. */
const driver = "/usr/lib/chromium/vk_swiftshader_icd.json";
const named = process.env.VK_ICD_FILENAMES ?? driver;
process.env.VK_ICD_FILENAMES = named;

// the names of a record whose type is total over them
const names = Object.keys(primitives) as PrimitiveName[];

/** Single precision, with a GPU's exp, tanh and power: ten times what the CPU's kernels need. */
const tolerance = 2e-4;

describe.skipIf(!existsSync(named))(
  `a primitive on the WebGPU provider, by ${named} (skipped where that driver is not installed), is what it is in float64:`,
  () => {
    it.each(names)("%s", (name) => comparePrimitive(name, { provider: "webgpu" }, { numRuns: 4, tolerance }));
  },
);
