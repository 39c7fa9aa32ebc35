/** Running statistics that the host computes: which they are, what is left to ONNX Runtime, and every bit. */
import * as runtime from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import type { Update } from "../../../compiler/tensors/program.ts";
import { printProgram } from "../../../compiler/tensors/text/print.ts";
import { readProgram } from "../../../compiler/tensors/text/read.ts";
import { OnnxGraph } from "../../../runtime/engines/native/onnx-graph.ts";
import { runningAverages, writeAverage } from "../../../runtime/engines/native/running-averages.ts";
import { Random } from "../../../runtime/random.ts";

const text = `program "P"
feed input "x" %0 : float32[2, 3]
state statistic "mean" %1 : float32[3]
state statistic "variance" %2 : float32[3]
state statistic "twice" %3 : float32[3]
%4 = constant() type="float32" shape=[] values=[0.9] : float32[] @ forward
%5 = constant() type="float32" shape=[] values=[0.1] : float32[] @ forward
%6 = sum(%0) axes=[0] : float32[1, 3] @ forward
%7 = reshape(%6) shape=[3] : float32[3] @ forward
%8 = multiply(%1, %4) : float32[3] @ forward
%9 = multiply(%5, %7) : float32[3] @ forward
%10 = add(%9, %8) : float32[3] @ forward
%11 = multiply(%2, %4) : float32[3] @ forward
%12 = add(%11, %7) : float32[3] @ forward
%13 = multiply(%3, %4) : float32[3] @ forward
%14 = multiply(%7, %5) : float32[3] @ forward
%15 = add(%13, %14) : float32[3] @ forward
%16 = exp(%15) : float32[3] @ forward
output map "y" %16
update "mean" %10
update "variance" %12
update "twice" %15
`;

const named = ({ state }: Update) => state;

describe("running averages of statistics", () => {
  it("are a state times a number and a value times a number, which nothing else reads", () => {
    const program = readProgram(text);
    const { averages, rest } = runningAverages(program);
    expect(averages).toEqual([{ result: 10, before: 1, now: 7, kept: 0.9, share: 0.1 }]);
    expect(rest.updates.map(named)).toEqual(["variance", "twice"]);
    const gone = ["%8 =", "%9 =", "%10 =", 'update "mean"'];
    const left = printProgram(program)
      .split("\n")
      .filter((line) => !gone.some((start) => line.startsWith(start)));
    expect(printProgram(rest).split("\n")).toEqual(left);
  });

  it("are rounded as ONNX Runtime rounds them", async () => {
    const graph = new OnnxGraph();
    const shape = [1000];
    const [before, now] = ["before", "now"].map((name) => graph.input(name, { element: "float32", shape }));
    const times = (x: typeof before, number: number) => graph.apply("Mul", [x, graph.number(number)], shape);
    graph.output("y", graph.apply("Add", [times(now, 0.1003), times(before, 0.9)], shape));
    const session = await runtime.InferenceSession.create(graph.encode());
    const random = new Random(1);
    const drawn = () => Float32Array.from({ length: 1000 }, () => random.normal());
    const [a, b] = [drawn(), drawn()];
    const tensor = (data: Float32Array) => new runtime.Tensor("float32", data, shape);
    const { y } = await session.run({ before: tensor(a), now: tensor(b) });
    const result = new Float32Array(1000);
    writeAverage({ kept: 0.9, share: 0.1003 }, a, b, result);
    expect(result).toEqual(y?.data);
    await session.release();
  });
});
