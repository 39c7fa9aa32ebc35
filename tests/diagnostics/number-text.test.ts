import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeNumber, numberText } from "../../compiler/diagnostics/number-text.ts";
import { thousands, withPrefix } from "../../views/text/numbers.ts";
import { compileText } from "../support/compile-source.ts";

const numbers = [
  "1e308*10",
  "0/0",
  "-0",
  "2^2000",
  "-2^2000",
  "1e400",
  "-1e400",
  "1e400%",
  "1e308*10%",
  "1e-400",
  "(0-1)^0.5",
  "1e400 - 1e400",
  "2^60",
  "0.1+0.2",
  "7%",
];

const network = (body: string) => `network N { input image [1, H, W]\n${body}\noutput y }`;
const train = (entry: string) =>
  `network N(classes = 2) {\n input image [3, H, W]\n conv(classes, 3x3, padding = same)\n output y by softmax\n}\ntrain N {\n data folder("c", images = "*.png", labels = "*.png")\n ${entry}\n}`;

const places: readonly ((n: string) => string)[] = [
  (n) => network(`conv(${n}, 3)`),
  (n) => network(`conv(4, ${n})`),
  (n) => network(`conv(4, 3, padding = ${n})`),
  (n) => network(`conv(4, 3) dropout(${n})`),
  (n) => network(`conv(4, 3) leaky_relu(${n})`),
  (n) => network(`conv(4, 3) batchnorm(momentum = ${n}, epsilon = ${n})`),
  (n) => network(`for i in 1..${n} { conv(4, 3) }`),
  (n) => network(`if ${n} { conv(4, 3) }`),
  (n) => network(`conv(4, 3) crop(${n})`),
  (n) => network(`conv(4, 3) as level[${n}]`),
  (n) => network(`conv(4, 3) upsample(${n}, nearest)`),
  (n) => network(`conv(4, ${n} / 0)`),
  ...[
    "epochs N",
    "batch N",
    "seed N",
    "optimizer adam(learning_rate = N, beta1 = N, epsilon = N)",
    "optimizer sgd(learning_rate = 0.1, momentum = N)",
    "augment crop(N)",
    "augment scale(N, 2)",
    "augment rotate(N)",
    "augment brightness(N)",
    "augment flip(N)",
    "schedule poly(N)",
    "loss N * cross_entropy",
    "loss cross_entropy(weights = [N, 1])",
    "loss huber(N)",
    "last_batch N",
  ].map((entry) => (n: string) => train(entry.replaceAll("N", n))),
];

function said(text: string): string {
  return compileText(text)
    .diagnostics.flatMap(({ message, help, related }) => [
      message,
      help ?? "",
      ...related.map((each) => each.message),
    ])
    .join("\n");
}

describe("numbers in messages", () => {
  it.each(numbers)("%s is never said as Infinity, NaN, -0 or with digits that are not exact", (number) => {
    for (const place of places) {
      expect(said(place(number))).not.toMatch(/Infinity|\bNaN\b|undefined|-0(?![.\d])|\d{17}/);
    }
  });

  it("of any value are words or digits of a number", () => {
    const any = fc.oneof(
      fc.double(),
      fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(Number),
      fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    fc.assert(
      fc.property(any, (value) => {
        const texts = [
          numberText(value),
          describeNumber(value),
          thousands(value),
          withPrefix(Math.abs(value), "B"),
        ];
        for (const text of texts) expect(text).not.toMatch(/Infinity|NaN|-0(?![.\d])|e\+|\d{17}/);
        if (Number.isSafeInteger(value)) expect(Number(numberText(value))).toBe(value + 0);
        else if (Number.isFinite(value) && Math.abs(value) > 1e-300)
          expect(Math.abs(Number(numberText(value)) / value - 1)).toBeLessThan(1e-5);
      }),
      { numRuns: 1000, seed: 4 },
    );
  });

  it("name the limit that they pass, in the train section too", () => {
    expect(said(train("epochs 2^60"))).toContain(
      "epochs must be a whole number ≥ 1 and at most 2^53 − 1, not the number 1.15292e18",
    );
    expect(said(train("batch 1e400"))).toContain(
      "batch must be a whole number ≥ 1 and at most 2^53 − 1, not a number that is more than 1.79e308",
    );
    expect(said(train("optimizer adam(learning_rate = 1e308*10)"))).toContain(
      "this number is past the largest that can be computed with, 1.79e308",
    );
    expect(said(train("epochs 0"))).toContain("epochs must be a whole number ≥ 1, not the number 0");
    expect(said(train("epochs 0/0"))).toContain("not a result that is not defined, as 0/0");
  });

  it("past the largest number are reported where they are written", () => {
    expect(said(network("conv(1e400, 3)"))).toBe(
      "this number is past the largest that can be computed with, 1.79e308\n",
    );
  });
});
