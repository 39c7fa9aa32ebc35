import { expect, it } from "vitest";
import { recordOf } from "../numeric/operation-reporter.ts";
import type { VerifiedOnEngine } from "../numeric/record-verified.ts";

const on = (engine: string, rest: Omit<VerifiedOnEngine, "engine" | "description" | "device">) => ({
  engine,
  description: `${engine} 1.0`,
  device: "CPU",
  ...rest,
});

it("keeps the largest errors of every operation on every engine, rounded up to two digits, in the order of the registries", () => {
  const { engines } = recordOf([
    on("wasm", { operation: "pad", forward: 0, gradient: undefined }),
    on("wasm", { operation: "conv", forward: 1.234e-7, gradient: 5e-8 }),
    on("cpu", { operation: "conv", forward: 2e-9, gradient: 9.95e-8 }),
    on("wasm", { operation: "conv", forward: 4e-8, gradient: 6.01e-8 }),
  ]);
  expect(Object.keys(engines)).toEqual(["cpu", "wasm"]);
  expect(Object.keys(engines.wasm?.operations ?? {})).toEqual(["conv", "pad"]);
  expect(engines.wasm).toEqual({
    description: "wasm 1.0",
    device: "CPU",
    operations: {
      conv: { cases: 2, forward: 1.3e-7, gradient: 6.1e-8 },
      pad: { cases: 1, forward: 0, gradient: null },
    },
  });
  expect(engines.cpu?.operations.conv).toEqual({ cases: 1, forward: 2e-9, gradient: 1e-7 });
});
