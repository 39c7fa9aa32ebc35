import { describe, expect, it } from "vitest";
import { readProgram } from "../../compiler/tensors/text/read.ts";
import { constraints, verified, verifyProgram } from "../../compiler/tensors/verify.ts";

const sound = `program "P"
feed input "x" %0 : float32[2, 3]
state weight "w" %1 : float32[3]
%2 = multiply(%0, %1) : float32[2, 3] @ forward
%3 = sum(%2) axes=[0] : float32[1, 3] @ forward
%4 = reshape(%3) shape=[3] : float32[3] @ update
output map "y" %2
update "w" %4
`;

const found = (text: string) => verifyProgram(readProgram(text)).map(({ constraint }) => constraint);

describe("the verifier", () => {
  it("finds nothing wrong with a sound program", () => {
    expect(found(sound)).toEqual([]);
  });

  it.each([
    [
      "T1",
      "a value with two sources",
      sound.replace("%3 = sum", "%2 = multiply(%0, %1) : float32[2, 3] @ forward\n%3 = sum"),
    ],
    ["T2", "a value read before it is computed", sound.replace("multiply(%0, %1)", "multiply(%0, %4)")],
    ["T3", "operands that a primitive does not take", sound.replace("axes=[0]", "axes=[2]")],
    [
      "T3",
      "a result of another shape",
      sound.replace("axes=[0] : float32[1, 3]", "axes=[0] : float32[3, 1]"),
    ],
    ["T3", "too many operands", sound.replace("sum(%2)", "sum(%2, %2)")],
    ["T4", "an empty axis", sound.replace("[2, 3]\nstate", "[0, 3]\nstate")],
    ["T5", "two feeds of one name", sound.replace("\nstate", '\nfeed input "x" %5 : float32[1]\nstate')],
    ["T6", "an output that is no value", sound.replace('"y" %2', '"y" %9')],
    ["T6", "an update of another type", sound.replace('"w" %4', '"w" %3')],
    ["T6", "a state updated twice", `${sound}update "w" %4\n`],
  ])("%s: refuses %s", (constraint, _, text) => {
    expect(found(text)).toContain(constraint);
  });

  it("has a test for each constraint, and names the one that a pass broke", () => {
    expect(Object.keys(constraints)).toEqual(["T1", "T2", "T3", "T4", "T5", "T6"]);
    const broken = readProgram(sound.replace("axes=[0]", "axes=[2]"));
    expect(() => verified(broken, "a pass")).toThrow(
      /^P after a pass: sum: there is no axis 2 in \[2, 3\] \(T3\)/,
    );
  });
});
