import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { compileText, mistakesIn } from "../support/compile-source.ts";

/** Diagnostics of a network with this body. */
function mistakes(body: string, parameters = ""): readonly Diagnostic[] {
  return mistakesIn(`network Test(${parameters}) {\n${body}\n}`);
}

/** The only diagnostic, as "code: message / help", and the text it points to. */
function only(body: string, parameters = ""): { said: string; at: string } {
  const text = `network Test(${parameters}) {\n${body}\n}`;
  const { diagnostics } = compileText(text);
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toHaveLength(1);
  const [first] = diagnostics;
  if (first === undefined) throw new Error("no diagnostic");
  return {
    said: `${first.code}: ${first.message}${first.help === undefined ? "" : ` / ${first.help}`}`,
    at: text.slice(first.span.start, first.span.end),
  };
}

describe("names", () => {
  it("names the nearest operation for a misspelt one", () => {
    const { said, at } = only("input image [3, H, W]\nconvv(8, 3x3)\noutput o");
    expect(said).toBe('names/unknown: there is no operation or block named "convv" / did you mean "conv"?');
    expect(at).toBe("convv");
  });

  it("names the nearest argument for a misspelt one", () => {
    const { said, at } = only("input image [3, H, W]\nconv(8, 3x3, dilat = 2)\noutput o");
    expect(said).toContain('names/unknown-parameter: conv has no argument "dilat" / did you mean "dilate"?');
    expect(at).toBe("dilat");
  });

  it("names the nearest variable for a misspelt one", () => {
    const { said, at } = only("input image [3, H, W]\nconv(widht, 3x3)\noutput o", "width = 8");
    expect(said).toContain('did you mean "width"?');
    expect(at).toBe("widht");
  });

  it("names the nearest feature map for a misspelt one at a skip", () => {
    const { said } = only("input image [3, H, W]\nconv(8, 3x3) as first\nskip frist by add\noutput o");
    expect(said).toContain('there is no feature map named "frist" / did you mean "first"?');
  });

  it("names what an encoder has for an unknown member", () => {
    const { said } = only(
      "input image [3, H, W]\nencoder e { conv(8, 3x3) as c1 }\nskip e.c2 by add\noutput o",
    );
    expect(said).toContain('"e" has no feature map named "c2" / did you mean "c1"?');
  });

  it("names the entries there are for an index that was never bound", () => {
    const { said } = only(
      "input image [3, H, W]\nfor i in 0 ..< 2 { conv(8, 3x3) as level[i] }\nskip level[2] by add\noutput o",
    );
    expect(said).toContain("there is no feature map level[2] / defined so far: level[0], level[1]");
  });

  it("says where a name was bound first", () => {
    const [first] = mistakes("input image [3, H, W]\nconv(8, 3x3) as a\nconv(8, 3x3) as a\noutput o");
    expect(first?.code).toBe("names/taken");
    expect(first?.related.map(({ message }) => message)).toEqual(["first defined here"]);
  });

  it("reports one mistake once, and nothing that follows from it", () => {
    const found = mistakes(
      "input image [3, H, W]\nconvv(8, 3x3) as a\nconv(8, 3x3)\nskip a by add\nmaxpool(2)\noutput o by softmax",
    );
    expect(found.map(({ code }) => code)).toEqual(["names/unknown"]);
  });

  it("reports three separate mistakes as three", () => {
    const found = mistakes(
      "input image [3, H, W]\nconv(8, 3x3, padding = sme)\nconv(8, 3x3, groop = 2)\nrelu2\noutput o",
    );
    expect(found.map(({ code }) => code)).toEqual([
      "values/wrong-kind",
      "names/unknown-parameter",
      "names/unknown",
    ]);
  });

  it("stops a block that calls itself", () => {
    const text = "block a() { b() }\nblock b() { a() }\nnetwork T() { input i [1, H, W]\na()\noutput o }";
    expect(compileText(text).diagnostics.map(({ code }) => code)).toEqual(["names/recursion"]);
  });

  it("stops a loop without end", () => {
    const found = mistakes("input image [1, H, W]\nrepeat 1000000000 { }\noutput o");
    expect(found.map(({ code }) => code)).toEqual(["names/too-large"]);
  });
});

describe("sizes", () => {
  it("shows the cells of both maps where they never meet, and the crop that would help", () => {
    const { said, at } = only(
      "input image [1, H, W]\nconv(8, 3x3) as a\nconv(8, 3x3, padding = valid)\nskip a by add\noutput o",
    );
    expect(said).toContain(
      "sizes/never-meet: cannot add feature maps whose heights are never equal: H − 2 and H",
    );
    expect(said).toContain("at H = 256 they are 254 and 256");
    expect(said).toContain("crop = centred removes 1 from each side of the larger feature map");
    expect(at).toBe("skip a by add");
  });

  it("says at which resolutions two maps are that cannot meet, and what would bring them together", () => {
    const { said } = only(
      "input image [1, H, W]\nconv(8, 3x3) as a\nmaxpool(2)\nmaxpool(2)\nskip a by add\noutput o",
    );
    expect(said).toContain(
      "geometry/resolutions-differ: cannot add feature maps of different resolution: 8 channels at 1/4 and 8 channels at full resolution",
    );
    expect(said).toContain("upsample by 4 more first");
  });

  it("says which earlier condition a join contradicts", () => {
    const found = mistakes(
      [
        "input image [4, H, W]",
        "maxpool(2) upsample(2, nearest)",
        "skip image by add as even",
        "from image",
        "conv(4, 2x2, padding = valid) as less",
        "maxpool(2) upsample(2, nearest)",
        "skip less by add",
        "output o",
      ].join("\n"),
    );
    expect(found.map(({ code }) => code)).toEqual(["sizes/conditions-contradict"]);
    expect(found[0]?.message).toContain("H mod 2 = 0");
    expect(found[0]?.related).toHaveLength(1);
  });

  it("refuses an aligned crop that no whole number of cells makes, with the shift in input pixels", () => {
    const { said } = only(
      [
        "input image [1, H, W]",
        "conv(4, 3x3) as a",
        "maxpool(2)",
        "transposed_conv(4, 3x3, stride = 2)",
        "skip a by add, crop = aligned",
        "output o",
      ].join("\n"),
    );
    expect(said).toContain("geometry/fractional-crop");
    expect(said).toContain("shifted by 1/2 input pixels");
  });

  it("warns of an output that never gets back to the input's resolution", () => {
    const { said, at } = only(
      "input image [3, H, W]\nconv(8, 3x3)\nmaxpool(2)\nconv(2, 1x1)\noutput labels by softmax",
    );
    expect(said).toContain(
      "geometry/output-coarser: the output labels is coarser than the input: its stride is 2 input pixels",
    );
    expect(said).toContain("use upsample(2, bilinear)");
    expect(at).toBe("output labels by softmax");
  });
});

describe("operations", () => {
  it("says which numbers of groups divide the channels", () => {
    const { said, at } = only("input image [8, H, W]\nconv(8, 3x3, groups = 3)\noutput o");
    expect(said).toContain("operations/groups-do-not-divide");
    expect(said).toContain("8");
    expect(at).toContain("groups = 3");
  });

  it("refuses an unpool whose map is no maxpool", () => {
    const { said, at } = only("input image [3, H, W]\nconv(8, 3x3) as a\nmaxpool(2)\nunpool(a)\noutput o");
    expect(said).toContain("maxpool");
    expect(at).toContain("a");
  });

  it("asks for an argument that is missing", () => {
    const { said } = only("input image [3, H, W]\nconv()\noutput o");
    expect(said).toContain('names/argument-needed: conv needs the argument "channels"');
  });
});

describe("expectations", () => {
  it("holds for what is true", () => {
    const found = mistakes(
      "input image [3, H, W]\nconv(8, 3x3, stride = 2)\nmaxpool(2, ceil)\nexpect [8, ceil(H/4), ceil(W/4)] stride 4 field 5 offset 1\nupsample(4, nearest)\noutput o",
    );
    expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  });

  it("says what is found where something else was expected", () => {
    const { said, at } = only("input image [3, H, W]\nconv(8, 3x3)\nexpect [8, H/2, W]\noutput o");
    expect(said).toContain("expectations/differs: expected height H/2, found H (at H = 256: 256, not 128)");
    expect(at).toBe("H/2");
  });
});

describe("habits of other libraries", () => {
  it.each([
    ["conv(8, (3, 3))", "write `3x3`"],
    ["conv(filters = 8, 3x3)", 'did you mean "channels"?'],
    ["conv(8, kernel_size = 3)", 'did you mean "kernel"?'],
    ["conv(8, 3x3, activation = relu)", "write the activation as an operation: conv(64, 3x3) relu"],
    ['conv(8, 3x3, padding = "same")', "write the word without quotes: padding = same"],
    ["dropout(keep_prob = 0.8)", "use rate, the fraction to drop: 1 − keep_prob"],
    ["concatenate(image)", "join feature maps with a skip: skip name by concat"],
    ["for i in range(3) { relu }", "write a range as 0 ..< 3 (0, 1, 2) or 1 .. 3 (1, 2, 3)"],
    ["upsample(2)", "expected: one of nearest, bilinear, learned"],
    ["skip image by concat crop = centred", "write a comma before an option: by concat, crop = centred"],
    ["encoder dilated 1/8 { relu }", "write `to` before the resolution: dilated to 1/8"],
  ])("%s is answered by how it is written here", (statement, help) => {
    const [first] = mistakes(`input image [3, H, W]\n${statement}\noutput o`);
    expect(first?.help).toBe(help);
  });
});
