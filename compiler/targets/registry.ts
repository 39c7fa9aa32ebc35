/** Every target of `fcn emit`. A new one is a folder beside this and a line here. */
import { onnx } from "./onnx/onnx.ts";
import { pytorch } from "./pytorch/pytorch.ts";
import type { Target } from "./target.ts";
import { tfjsModel } from "./tfjs-model/tfjs-model.ts";
import { typescript } from "./typescript/typescript.ts";

export const targets: readonly Target[] = [onnx, typescript, tfjsModel, pytorch];
