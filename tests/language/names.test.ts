import { describe, expect, it } from "vitest";
import type { CompileOptions } from "../../compiler/compile.ts";
import { renderDiagnostic } from "../../views/terminal/diagnostics/render.ts";
import { compileText, mistakesIn } from "../support/compile-source.ts";

/** "message / help" of each diagnostic of a network with this body. */
function said(body: string, parameters = ""): readonly string[] {
  const text = `network T(${parameters}) {\ninput image [3, H, W]\n${body}\noutput o\n}`;
  return mistakesIn(text).map(({ message, help }) => (help === undefined ? message : `${message} / ${help}`));
}

describe("scopes", () => {
  it("let a loop's variable and `let` hide what is outside, and end with the turn", () => {
    const body =
      "let w = 4\nfor i in 0 ..< 2 { let w = i + 5 conv(w, 3x3) }\nconv(w * i, 3x3) expect [12, H, W]";
    expect(said(body, "i = 3")).toEqual([]);
  });

  it("let a map named in a loop, a branch or an unnamed encoder be seen after it", () => {
    expect(
      said("if true { conv(3, 3x3) as a }\nencoder { conv(3, 3x3) as b }\nskip a by add skip b by add"),
    ).toEqual([]);
  });

  it("keep the names of a named encoder inside it, and say how to reach them", () => {
    expect(said("encoder e { conv(3, 3x3) as a }\nskip a by add")).toEqual([
      'there is no feature map named "a" / did you mean "e.a"?',
    ]);
    expect(said("encoder e { conv(3, 3x3) as a }\nskip e.a by add")).toEqual([]);
  });

  it("reach members of members, of families too", () => {
    const blocks = "block inner() { conv(3, 3x3) as a }\nblock outer() { inner() as i }";
    expect(said(`${blocks}\nfor k in 0 ..< 2 { outer() as l[k] }\nskip l[1].i.a by add`)).toEqual([]);
  });

  it("give a block the names of the place where it stands, not of its call", () => {
    expect(said("block d() { conv(w, 3x3) }\nlet w = 5\nd() expect [5, H, W]")).toEqual([]);
    const [first] = said("block d() { conv(i, 3x3) }\nfor i in 1 .. 2 { d() }");
    expect(first).toContain('named "i"');
  });

  it("let an input stand in an encoder, for late fusion", () => {
    const body =
      "encoder rgb { conv(4, 3x3) }\nencoder depth { input d [1, H, W] conv(4, 3x3) }\nskip rgb by add";
    expect(said(body)).toEqual([]);
    expect(said(`${body}\nfrom depth.d conv(4, 3x3) skip rgb by add`)).toEqual([]);
  });
});

describe("names that are taken", () => {
  it("in every turn of a loop are to be numbered by its variable", () => {
    expect(said("for k in 0 ..< 2 { conv(3, 3x3) as a }")).toEqual([
      'every iteration of this loop would name its feature map "a" / number them: as a[k]; or give the name again at every iteration: as new a',
    ]);
    expect(said("for k in 0 ..< 2 { conv(3, 3x3) as a[k] }")).toEqual([]);
    expect(said("repeat 2 { conv(3, 3x3) as a }")).toEqual([
      'every iteration of this loop would name its feature map "a" / number them: for i in 0 ..< n { … as a[i] }; or give the name again at every iteration: as new a',
    ]);
  });

  it("stand in no second output, nor in one for every turn", () => {
    expect(said("output o\nconv(3, 3x3)")[0]).toBe(
      'the output "o" already exists / give this one another name',
    );
    expect(said("repeat 2 { conv(3, 3x3) output side }")[0]).toContain("defined more than once");
  });
});

describe("maps that are asked for", () => {
  it("by a family's name need an index", () => {
    expect(said("for i in 0 ..< 2 { conv(3, 3x3) as l[i] }\nfrom l")).toEqual([
      '"l" names several feature maps: choose one by its index / defined so far: l[0], l[1]',
    ]);
  });

  it("as members of a plain map do not exist", () => {
    expect(said("conv(3, 3x3) as x\nskip x.y by add")[0]).toContain(
      "only encoders, decoders and block calls contain named feature maps",
    );
  });

  it("by one letter have no neighbour", () => {
    expect(said("conv(3, 3x3) as a\nskip b by add")).toEqual([
      'there is no feature map named "b" / names in scope: image, a',
    ]);
  });
});

describe("parameters", () => {
  it("hold their defaults to the declared type", () => {
    expect(said("conv(width, 3x3)", "width: count = 2.5")).toEqual([
      "`width` of network T must be a whole number ≥ 1, or a list, not the number 2.5",
    ]);
  });

  it("have types there are, whether given or not", () => {
    expect(said("conv(width, 3x3)", "width: coutn = 2")).toEqual([
      'there is no type named "coutn" / did you mean "count"?',
    ]);
  });

  it("are named once", () => {
    expect(said("conv(w, 3x3)", "w = 2, w = 3")[0]).toContain('the name "w" already exists');
  });
});

describe("arguments", () => {
  it("that are words of a named one are shown with its name", () => {
    expect(said("conv(3, 3x3) as a\nskip a by add, aligned")[0]).toContain('did you mean "crop = aligned"?');
    expect(said("conv(3, 3x3) as a\nskip a by add, crop = aligned")).toEqual([]);
  });

  it("are not taken by an output", () => {
    expect(said("output side by softmax, training")[0]).toContain('word of output, named "training"');
    expect(said("output side by softmax, 3")[0]).toContain("output has no parameter for the number 3");
    expect(said("output side, weight = 3")[0]).toContain('output has no argument "weight"');
  });

  it("call functions there are, with the numbers they take", () => {
    expect(said("conv(celi(3.5), 3x3)")).toEqual([
      'there is no function named "celi" / did you mean "ceil"?',
    ]);
    expect(said("conv(floor(3, 2), 3x3)")).toEqual(["floor takes one number, not 2"]);
    expect(said("conv(min(), 3x3)")).toEqual(["min takes one number or more, not 0"]);
    expect(said("conv(max(a = 3), 3x3)")[0]).toContain('max has no argument "a"');
  });

  it("have no names inside a list", () => {
    expect(said("conv(classes, 3x3)", "classes = [sky = 0, road = 1]")[0]).toContain(
      'cannot have names, and one is named "sky"',
    );
    expect(said("conv(classes, 3x3) expect [2, H, W]", "classes = [sky, road]")).toEqual([]);
  });
});

describe("mistakes inside a block", () => {
  it("show the call that led there", () => {
    const text = "block d(c) { conv(c, 3x3) }\nnetwork T { input i [3, H, W]\nd(0.5)\noutput o }";
    const [only] = compileText(text).diagnostics;
    expect(only?.related.map(({ message, span }) => [message, text.slice(span.start, span.end)])).toEqual([
      ["in this call of d", "d(0.5)"],
    ]);
  });

  it("of another file show the call in the user's own", () => {
    const text = [
      'import { vgg16 } from "std/encoders"',
      "network T { input i [3, H, W]",
      "encoder e = vgg16(border = wide)",
      "output o }",
    ].join("\n");
    const { diagnostics, files } = compileText(text);
    expect(diagnostics).toHaveLength(1);
    const shown = diagnostics
      .map((diagnostic) => renderDiagnostic(diagnostic, files, { colour: false }))
      .join();
    expect(shown).toContain("std/encoders.fcn");
    expect(shown).toContain("vgg16(border = wide)");
  });
});

describe("settings from outside", () => {
  const text = "network T(width = 2) { input i [3, H, W] conv(width, 3x3) output o }";
  const withSetting = (name: string, value: string): string => {
    const options: CompileOptions = { settings: new Map([[name, value]]) };
    const { diagnostics, files, networks } = compileText(text, options);
    expect(networks.length).toBe(diagnostics.length === 0 ? 1 : 0);
    return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, files, { colour: false })).join("\n");
  };

  it("are values of the language", () => {
    for (const value of ["8", "(2 + 3) * 2", "[sky, road]", "max(3, 4)", " 8 "])
      expect(withSetting("width", value)).toBe("");
  });

  it("are shown as they were written when they are wrong", () => {
    expect(withSetting("width", "abc")).toBe(
      [
        'error[values/wrong-kind]: `width` of network T must be a number, not the word "abc"',
        " --> setting width:1:7",
        "  |",
        "1 | width=abc",
        "  |       ^^^",
        " ::: test.fcn:1:11",
        "  |",
        "1 | network T(width = 2) { input i [3, H, W] conv(width, 3x3) output o }",
        "  |           --------- declared here",
      ].join("\n"),
    );
  });

  it("that are no value are refused in one message", () => {
    for (const value of ["3,", "3)", "(", "", "3) { } network B(x = 2", "3 // x", "a = 3"])
      expect(withSetting("width", value)).toMatch(/^error\[values\/setting\]: width has (?:(?!error).)*$/su);
  });

  it("of no parameter are refused with the nearest one", () => {
    expect(withSetting("widht", "4")).toContain('did you mean "width"?');
  });
});
