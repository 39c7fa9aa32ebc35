import { describe, expect, it } from "vitest";
import { compileText } from "../../support/compile-source.ts";
import { report } from "./lint-report.ts";

const program = (statements: string, entries: string, input = "[3, H, W]") =>
  `network N(classes = 2) {\n  input image ${input}\n  ${statements}\n  output y by softmax\n}\n\n` +
  `train N {\n  data folder("d", images = "i/*.png", labels = "l/*.png")\n  ${entries}\n}\n`;
const only = (code: string, text: string) => report(text).filter((each) => each.code === code);

describe("a receptive field", () => {
  const two = "conv(4, 3x3) relu conv(classes, 3x3)";

  it("smaller than the objects that are declared is warned of", () => {
    expect(only("lints/small-field", program(two, "objects 6x5"))).toMatchObject([
      {
        severity: "warning",
        message: "the receptive field of y is 5 pixels (height), smaller than the objects (6 pixels)",
      },
    ]);
    expect(only("lints/small-field", program(two, "objects 5"))).toEqual([]);
  });

  it("smaller than the image it is trained on is information", () => {
    expect(only("lints/small-field", program(two, "augment crop(16, 5)"))).toMatchObject([
      {
        severity: "information",
        message: "the receptive field of y is 5 pixels (height), smaller than the 16 pixels it is trained on",
      },
    ]);
    expect(only("lints/small-field", program(two, "augment crop(5, 5)"))).toEqual([]);
    expect(only("lints/small-field", program(two, "epochs 2", "[3, 8, 8]"))).toHaveLength(1);
  });

  it("of the whole image holds everything", () => {
    const whole =
      "fork by add { path { conv(classes, 1x1) } path { avgpool(global) conv(classes, 1x1) upsample(to = image, bilinear) } }";
    expect(only("lints/small-field", program(whole, "objects 500"))).toEqual([]);
  });

  it("is compared with objects of a whole number of pixels", () => {
    const { diagnostics } = compileText(program(two, "objects 2.5"));
    expect(diagnostics).toMatchObject([
      {
        code: "training/wrong-value",
        message:
          "the size of the objects must be a number of pixels such as 64, or height by width such as 128x48, not the number 2.5",
      },
    ]);
  });
});

describe("padding", () => {
  it("is warned of where most of what a dilated window reads lies outside the map trained on", () => {
    const text = (rate: number) =>
      program(
        `maxpool(8) conv(4, 3x3) conv(4, 3x3, dilate = ${rate}) conv(classes, 1x1) upsample(8, bilinear)`,
        "augment crop(32, 32)",
      );
    // 4 × 4 cells: of taps 4 cells apart only the middle one lies on the map; of taps 1 apart, 10 of 12 along each axis
    expect(only("lints/padding-share", text(4))).toMatchObject([
      {
        severity: "warning",
        at: "conv(4, 3x3, dilate = 4)",
        message:
          "88% of the values that these windows read are padding: at the training size, the feature map is 4×4",
      },
    ]);
    expect(only("lints/padding-share", text(1))).toEqual([]);
  });

  it("as wide as the window is information", () => {
    expect(
      only(
        "lints/padding-share",
        program("conv(4, 3x3, padding = 5) crop(4) conv(classes, 1x1)", "epochs 2"),
      ),
    ).toMatchObject([
      {
        severity: "information",
        message:
          "the padding is as wide as the window, so the outermost 3 windows on each side read only zeros",
      },
    ]);
    expect(
      only(
        "lints/padding-share",
        program("conv(4, 3x3, padding = 2) crop(1) conv(classes, 1x1)", "epochs 2"),
      ),
    ).toEqual([]);
  });
});

describe("a map of less than one cell's worth of pixels", () => {
  const down = "conv(4, 3x3, stride = 2) conv(4, 3x3, stride = 2) conv(classes, 1x1)";

  it("is warned of at the size trained on", () => {
    const found = only("lints/small-bottleneck", program(down, "augment crop(3, 8)"));
    expect(found).toMatchObject([
      {
        severity: "warning",
        message: "the stride of this feature map is 4 pixels, more than the image: training uses 3 pixels",
      },
    ]);
  });

  it("is information at an accepted size", () => {
    expect(only("lints/small-bottleneck", program(down, "augment crop(8, 8)"))).toMatchObject([
      {
        severity: "information",
        message: "the stride of this feature map is 4 pixels, more than the image: H = 1 is accepted",
      },
    ]);
  });

  it("is not there where the smallest size that is accepted fills a cell", () => {
    const floor = "maxpool(2) maxpool(2) conv(classes, 1x1)";
    expect(only("lints/small-bottleneck", program(floor, "augment crop(8, 8)"))).toEqual([]);
  });
});

describe("classes", () => {
  it("that the head does not have are an error", () => {
    const { diagnostics } = compileText(program("conv(5, 1x1)", "epochs 2"));
    expect(diagnostics).toMatchObject([
      {
        code: "training/head-classes",
        severity: "error",
        message: "the output `y` has 5 channels for 2 classes",
      },
    ]);
  });

  it("are two for one channel by sigmoid", () => {
    const text = program("conv(1, 1x1)", "epochs 2").replace("by softmax", "by sigmoid");
    expect(compileText(text).diagnostics).toEqual([]);
  });
});
