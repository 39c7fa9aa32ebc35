import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format } from "../../grammar/format.ts";
import { lex } from "../../grammar/lexer.ts";
import { parse } from "../../grammar/parse.ts";
import { layoutMutations, program, relayOut } from "./program-text.ts";

function formatted(text: string): string {
  const result = format(text, "test.fcn");
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result.text;
}

function withoutSpans(text: string): string {
  return JSON.stringify(parse(text, "test.fcn").program, (key, value: unknown) =>
    key === "span" || key === "roleSpan" ? undefined : value,
  );
}

describe("the layout of a text", () => {
  it("makes spaces, indentation and braces uniform", () => {
    const before = `network N(a=1,b:count=2)
{
 input image[3,H,W]
      conv( 64,3x3 )relu   batchnorm
if a==1{relu} else
{ relu
elu }  conv(-1, - a*b/c, H / 16, (a+b)/2, 2 ^ i, x.y [ 3 ], not  b)
path{}
}`;
    expect(formatted(before)).toBe(`network N(a = 1, b: count = 2) {
  input image [3, H, W]
  conv(64, 3x3) relu  batchnorm
  if a == 1 { relu } else {
    relu
    elu
  }
  conv(-1, -a * b / c, H/16, (a + b) / 2, 2^i, x.y[3], not b)
  path { }
}
`);
  });

  it("ends lines as most of them ended before", () => {
    const lines = ["network N {", "input a [1, H, W]", "// note", "relu", "output r", "}", ""];
    for (const end of ["\n", "\r\n", "\r"]) {
      const wanted = [
        "network N {",
        "  input a [1, H, W]",
        "  // note",
        "  relu",
        "  output r",
        "}",
        "",
      ].join(end);
      expect(formatted(lines.join(end))).toBe(wanted);
      expect(formatted(wanted)).toBe(wanted);
      expect(formatted(`${lines.slice(0, -1).join(end)}${end === "\n" ? "\r\n" : "\n"}`)).toBe(wanted);
    }
  });

  it("keeps every comment in its place and single empty lines", () => {
    const before = `

// head
/// Doc
network N(
  a, // first
  // second
  b
) { // opened

  relu // t


  // lead
  conv(64, // channels
   3x3)
  // end

}
// after
`;
    expect(formatted(before)).toBe(`// head
/// Doc
network N(
  a,  // first
  // second
  b
) {  // opened
  relu  // t

  // lead
  conv(64,  // channels
    3x3)
  // end
}
// after
`);
  });

  it("aligns the values of a train section and leaves an empty line between items", () => {
    const before = `import { a } from "x"
import { b } from "y"
network N { relu }
// about training
train N {
epochs 40
  optimizer   adam(learning_rate = 1e-4)
  keep best by mean_iou,
   stop after 8
}
train M { epochs 4 }`;
    expect(formatted(before)).toBe(`import { a } from "x"
import { b } from "y"

network N { relu }

// about training
train N {
  epochs    40
  optimizer adam(learning_rate = 1e-4)
  keep      best by mean_iou,
            stop after 8
}

train M { epochs 4 }
`);
  });

  it("is not changed where the text has mistakes", () => {
    const result = format("network N { conv(1 2) }", "test.fcn");
    expect(result).toEqual({ problems: [expect.objectContaining({ kind: "unexpected", found: "2" })] });
  });

  it("of nothing is nothing", () => {
    expect(formatted("")).toBe("");
    expect(formatted("\r\n // only this \r\n")).toBe("// only this\r\n");
  });
});

describe("for every program", () => {
  const sample = fc.tuple(program, layoutMutations).map(([text, mutations]) => relayOut(text, mutations));

  it("the layout is stable, keeps the syntax tree and every comment", () => {
    let whole = 0;
    fc.assert(
      fc.property(sample, (text) => {
        // A line break inside a train entry or before `by` can make the text no program; those are not laid out.
        if (parse(text, "test.fcn").problems.length > 0) return;
        whole += 1;
        const once = formatted(text);
        expect(formatted(once)).toBe(once);
        expect(withoutSpans(once)).toBe(withoutSpans(text));
        const comments = (of: string) => lex(of, "test.fcn").comments.map(({ image }) => image.trimEnd());
        expect(comments(once)).toEqual(comments(text));
        expect(once).not.toMatch(/[ \t]\n|\n\n\n|\r|\n\n$/);
      }),
      { numRuns: 1500, seed: 20260101 },
    );
    expect(whole).toBeGreaterThan(500);
  });
});
