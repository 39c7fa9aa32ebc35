import { describe, expect, it } from "vitest";
import { format } from "../../../grammar/format.ts";
import { applyFix } from "../../support/apply-fix.ts";
import { compileText } from "../../support/compile-source.ts";
import { diagnosticsOf, networkOf, report } from "./lint-report.ts";

const uneven = "transposed_conv(8, 3x3, stride = 2)";
const codes = (text: string) => report(text).map(({ code }) => code);

describe("// allow(code) reason", () => {
  it("silences that code at the end of the line", () => {
    const text = networkOf(`maxpool(2)\n  ${uneven}  // allow(lints/checkerboard) the published kernel`);
    expect(codes(text)).toEqual([]);
  });

  it("silences that code from the line above, with other comments between", () => {
    const text = networkOf(
      `maxpool(2)\n  // allow(lints/checkerboard): the published kernel\n  // (Jegou et al. 2017)\n  ${uneven}`,
    );
    expect(codes(text)).toEqual([]);
  });

  it("silences several codes at once", () => {
    const text =
      "network N {\n  input image [3, H, W]\n  maxpool(4) transposed_conv(8, 3x3, stride = 2)\n" +
      "  output y  // allow(lints/checkerboard, geometry/output-coarser) as published\n}\n";
    expect(codes(text)).toEqual(["lints/checkerboard", "allow/unused"]);
    expect(codes(text.replace("2)\n", "2) ").replace("  output", "output"))).toEqual([]);
  });

  it("says nothing of another line", () => {
    const text = networkOf(`maxpool(2)  // allow(lints/checkerboard) the published kernel\n  ${uneven}`);
    expect(codes(text)).toEqual(["lints/checkerboard", "allow/unused"]);
  });

  it("is warned of without a reason", () => {
    const text = networkOf(`maxpool(2)\n  ${uneven}  // allow(lints/checkerboard)`);
    expect(report(text)).toEqual([
      {
        code: "allow/without-reason",
        severity: "warning",
        at: "lints/checkerboard",
        message: "`allow(lints/checkerboard)` gives no reason",
      },
    ]);
  });

  it("is warned of with an unknown code, which its fix mends", () => {
    const text = networkOf(`maxpool(2)\n  ${uneven}  // allow(lints/checkerbord) the published kernel`);
    const unknown = diagnosticsOf(text).find(({ code }) => code === "allow/unknown-code");
    expect(unknown?.help).toBe("did you mean `lints/checkerboard`?");
    expect(diagnosticsOf(applyFix(text, unknown?.fixes[0]))).toEqual([]);
  });

  it("is warned of when it silences nothing", () => {
    expect(codes(networkOf("relu  // allow(lints/checkerboard) for later"))).toEqual(["allow/unused"]);
  });

  it("is warned of without a code", () => {
    expect(codes(networkOf("relu  // allow() for later"))).toEqual(["allow/form"]);
  });

  it("cannot silence an error", () => {
    const { diagnostics } = compileText(networkOf("convv(8)  // allow(names/unknown) on purpose"));
    expect(diagnostics.map(({ code }) => code)).toEqual(["names/unknown", "allow/error"]);
    const two = compileText(networkOf("convv(8) reluu  // allow(names/unknown) on purpose"));
    expect(two.diagnostics.map(({ code }) => code)).toEqual([
      "names/unknown",
      "names/unknown",
      "allow/error",
    ]);
  });

  it("is not judged in a branch that was not taken, nor with parameters from outside", () => {
    const text = networkOf(
      `maxpool(2)\n  if classes == 3 {\n    ${uneven}  // allow(lints/checkerboard) published\n  }\n  upsample(2, nearest)`,
    );
    expect(codes(text)).toEqual([]);
    const unused = networkOf("relu  // allow(lints/checkerboard) for later");
    expect(report(unused, { settings: new Map([["classes", "3"]]) })).toEqual([]);
  });

  it("is no comment that begins otherwise", () => {
    expect(codes(networkOf("relu  // we allow(x) nothing"))).toEqual([]);
  });

  it("stays where it stands when the file is formatted", () => {
    const text = networkOf(
      `maxpool(2)\n  // allow(lints/checkerboard) published\n  ${uneven}  // allow(geometry/output-coarser) published`,
    );
    expect(format(text, "test.fcn")).toEqual({ text });
  });
});
