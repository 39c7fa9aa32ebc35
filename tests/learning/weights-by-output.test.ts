/** Class weights are those of the classes that an output learns: the labels, the whole image, a boundary. */
import { expect, it } from "vitest";
import { compileText } from "../support/compile-source.ts";

const program = (loss: string) => `network N(classes = 3) {
  input image [3, H, W]
  conv(8, 3x3) relu as x
  conv(classes, 1x1)
  output labels by softmax
  from x
  conv(1, 1x1)
  output edges by sigmoid
  from x
  avgpool(global)
  conv(2, 1x1)
  output scene by softmax
}
train N {
  data folder("d", images = "i/*.png", labels = "l/*.png")
  targets labels = labels, edges = boundaries, scene = image_class("indoor, outdoor")
  loss ${loss}
}
`;

const messages = (loss: string) => compileText(program(loss)).diagnostics.map(({ message }) => message);

it("a weight for each class of its own target", () => {
  expect(
    messages(
      "labels = cross_entropy(weights = [1, 2, 3]), edges = cross_entropy(weights = [1, 9]), scene = cross_entropy(weights = [outdoor = 2, indoor = 1])",
    ),
  ).toEqual([]);
});

it.each(["edges", "scene"])("and no other number of them: %s", (name) => {
  const others = ["labels", "edges", "scene"].filter((one) => one !== name);
  const loss = [
    `${name} = cross_entropy(weights = [1, 2, 3])`,
    ...others.map((one) => `${one} = cross_entropy`),
  ];
  expect(messages(loss.join(", "))).toEqual(["there are 3 class weights for 2 classes"]);
});
