/** The bytes of a model, against the format's rules for protocol buffers (proto2). */
import { expect, it } from "vitest";
import { modelType } from "../../compiler/onnx/schema.ts";

const bytes = (message: string, fields: object): string =>
  Buffer.from(modelType.root.lookupType(message).encode(fields).finish()).toString("hex");

it("a field that is 0 or empty is written: an attribute without its value is not valid", () => {
  expect(bytes("AttributeProto", { name: "axis", i: 0, type: 2 })).toBe("0a0461786973" + "1800" + "a00102");
  expect(bytes("OperatorSetIdProto", { domain: "", version: 17 })).toBe("0a00" + "1011");
});

it("repeated numbers are written one by one", () => {
  expect(bytes("AttributeProto", { ints: [1, 2] })).toBe("4001" + "4002");
});

it("negative numbers take ten bytes, as int64 does", () => {
  expect(bytes("AttributeProto", { i: -1 })).toBe(`18${"ff".repeat(9)}01`);
});
