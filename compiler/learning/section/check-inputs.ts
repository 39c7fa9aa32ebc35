/** Whether the inputs can show one scene: each as many of its pixels as the network says, or all of it resized. */
import type { Span } from "../../../grammar/span.ts";
import { type PerAxis, perAxis } from "../../axis.ts";
import { equals, isWhole, multiply, type Rational, rational } from "../../geometry/rational.ts";
import { type Scene, type SizedInput, sceneOf } from "../../network/scene.ts";
import { lcm } from "../../sizes/integers.ts";
import type { InputConfiguration } from "../configuration.ts";
import type { TrainReader } from "./train-reader.ts";

export function checkInputs(
  inputs: readonly InputConfiguration[],
  sizes: readonly SizedInput[],
  span: Span,
  reader: TrainReader,
): void {
  if (sizes.length === 0) return;
  const scene = sceneOf(sizes);
  if ("kind" in scene) {
    const facts = {
      name: scene.other,
      problem: `has no fixed ratio to ${scene.first} in size`,
      help: "give both one symbol, as [3, 2*H, 2*W] and [1, H, W]; or this one a fixed size, as [3, 224, 224], and image(resize)",
    };
    reader.report("training/input-size", facts, span);
    return;
  }
  for (const { name, resize } of inputs) {
    const shown = scene.inputs.get(name);
    if (shown?.kind === "resized" && resize !== true) {
      const facts = {
        name,
        problem: `has ${shown.size.join("×")} pixels, whatever the size of ${scene.finest}`,
        help: `give it the whole image, resized: inputs ${name} = image(resize)`,
      };
      reader.report("training/input-size", facts, span);
    } else if (shown?.kind === "pixels" && resize === true) {
      const facts = {
        name,
        problem:
          inputs.length === 1
            ? "cannot be resized: it is the only input, whose pixels are predicted"
            : "cannot be resized: its size has a fixed ratio to the others, so it shows the same pixels",
        help: "remove resize",
      };
      reader.report("training/input-size", facts, span);
    }
  }
  checkShrink(inputs, scene, span, reader);
}

/** Inputs that take the data's images show the same pixels only where they are shrunk as their sizes say. */
function checkShrink(
  inputs: readonly InputConfiguration[],
  scene: Scene,
  span: Span,
  reader: TrainReader,
): void {
  const shown = inputs.flatMap(({ name, from, shrink }) => {
    const input = scene.inputs.get(name);
    return from === undefined && input?.kind === "pixels" ? [{ name, shrink, pixels: input.pixels }] : [];
  });
  const imagePixels = ({ shrink, pixels }: (typeof shown)[number]): PerAxis<Rational> =>
    perAxis((axis) => multiply(rational(shrink), pixels[axis]));
  const [first] = shown;
  if (first === undefined) return;
  const wanted = imagePixels(first);
  const other = shown.find((input) =>
    ([0, 1] as const).some((axis) => !equals(imagePixels(input)[axis], wanted[axis])),
  );
  if (other === undefined) return;
  reader.report(
    "training/shrink-differs",
    { first: first.name, other: other.name, instead: agreeing(shown) },
    span,
  );
}

/** "fine = image, coarse = image(shrink = 2)"; `undefined`: no whole numbers make them agree. */
function agreeing(
  shown: readonly { readonly name: string; readonly pixels: PerAxis<Rational> }[],
): string | undefined {
  const square = shown.every(({ pixels: [down, across] }) => equals(down, across));
  const common = shown.reduce((product, { pixels: [down] }) => lcm(product, down.numerator), 1);
  const phrases = shown.map(({ name, pixels: [down] }) => {
    const shrink = rational(common * down.denominator, down.numerator);
    if (!square || !isWhole(shrink) || shrink.numerator > 16) return undefined;
    return shrink.numerator === 1 ? `${name} = image` : `${name} = image(shrink = ${shrink.numerator})`;
  });
  return phrases.includes(undefined) ? undefined : phrases.join(", ");
}
