/** Programs whose figures are no plain U: side outputs, two inputs, dense joins, nested skips, several heads, long names. */

/** A network that labels one image: its lines stand between the input and a score for each class. */
const labelling =
  (name: string, classes: number, input = "image", output = "labels") =>
  ([lines = ""]: TemplateStringsArray): string =>
    `network ${name}(classes = ${classes}) {
  input ${input} [3, H, W]${lines}
  conv(classes, 1x1)
  output ${output} by softmax
}`;

export const programs: Readonly<Record<string, string>> = {
  "side outputs": labelling("Sides", 2)`
  encoder {
    conv(16, 3x3) relu as stage1
    maxpool(2)
    conv(32, 3x3) relu as stage2
    maxpool(2)
    conv(64, 3x3) relu as stage3
  }
  conv(classes, 1x1) as side3
  upsample(4, bilinear)
  skip stage2 by concat { conv(classes, 1x1) as side2 upsample(2, bilinear) }
  skip stage1 by concat { conv(classes, 1x1) as side1 }`,
  "two inputs": labelling("Fusion", 5)`
  conv(16, 3x3) relu as colour1
  maxpool(2)
  conv(32, 3x3) relu as colour2
  input depth [1, H, W]
  conv(16, 3x3) relu as depth1
  maxpool(2)
  conv(32, 3x3) relu
  skip colour2 by add
  upsample(2, bilinear)
  conv(16, 1x1)
  skip colour1 by add
  skip depth1 by add`,
  "dense joins": labelling("Dense", 3)`
  conv(16, 3x3) relu as a
  conv(12, 3x3) relu as b
  skip a by concat as ab
  conv(12, 3x3) relu as c
  skip ab by concat as abc
  conv(12, 3x3) relu
  skip abc by concat`,
  "nested skips": labelling("Nested", 2)`
  conv(16, 3x3) relu as x00
  maxpool(2)
  conv(32, 3x3) relu as x10
  upsample(2, learned, channels = 16)
  skip x00 by concat
  conv(16, 3x3) relu as x01
  from x10
  maxpool(2)
  conv(64, 3x3) relu
  upsample(2, learned, channels = 32)
  skip x10 by concat
  conv(32, 3x3) relu
  upsample(2, learned, channels = 16)
  skip x01 by concat
  skip x00 by concat`,
  "two heads": `network Heads(classes = 4) {
  input image [3, H, W]
  encoder { conv(16, 5x5, stride = 2) batchnorm relu conv(32, 3x3, groups = 4) leaky_relu as shared }
  decoder { upsample(2, nearest) conv(16, 5x1) relu }
  conv(classes, 1x1)
  output labels by softmax
  from shared
  upsample(2, learned, channels = 8)
  conv(1, 1x1)
  output boundary by sigmoid
}`,
  "long names": labelling(
    "ANetworkWhoseNameGoesOnForRatherLongerThanAnyoneWouldLike",
    2,
    "the_input_image_with_a_long_name",
    "the_labels_of_the_network_with_a_long_name",
  )`
  conv(16, 3x3) relu as the_first_map_of_the_encoder_before_its_pooling
  maxpool(2)
  conv(2048, 3x3, dilate = 12) batchnorm prelu dropout(0.25)
  upsample(2, learned, channels = 16)
  skip the_first_map_of_the_encoder_before_its_pooling by concat`,
};
