/** The files of a starter project, by name. */
const program = `/// A small U-Net (Ronneberger, Fischer & Brox 2015): "fcn check u-net.fcn" shows the input sizes it accepts, "fcn diagram" draws it.
network UNet(classes = [background, disc, box, triangle], width = 8, depth = 4) {
  input image [3, H, W]

  block double(c) {
    conv(c, 3x3, bias = false) batchnorm relu
    conv(c, 3x3, bias = false) batchnorm relu
  }

  encoder {
    for i in 0 ..< depth {
      double(width * 2^i) as level[i]
      maxpool(2)
    }
    double(width * 2^depth)
  }

  decoder {
    for i in reversed(0 ..< depth) {
      upsample(2, learned, channels = width * 2^i)
      skip level[i] by concat
      double(width * 2^i)
    }
  }

  conv(classes, 1x1)
  output labels by softmax
}

train UNet {
  data      folder("data", images = "images/train/*.png", labels = "labels/train/*.png", validate_images = "images/val/*.png", validate_labels = "labels/val/*.png")
  augment   flip
  loss      cross_entropy
  optimizer adam(learning_rate = 3e-3)
  schedule  poly(power = 0.9)
  epochs    10
  batch     4
  seed      1
  keep      best by mean_iou
}
`;

const readme = `# A network in fcn

| file | what |
|-|-|
| \`u-net.fcn\` | the network and its training |
| \`data/\` | images and label images; \`fcn data synth data\` creates synthetic ones |
| \`out/\` | results of training: weights, checkpoint, metrics, report |

\`\`\`
fcn check u-net.fcn                 # accepted input sizes, outputs, number of parameters
fcn diagram u-net.fcn -o u-net.svg  # the figure
fcn data check u-net.fcn            # what the data contains, and what would go wrong
fcn train u-net.fcn                 # Ctrl-C writes a checkpoint; --resume continues
fcn evaluate u-net.fcn --weights out/UNet/weights.safetensors
fcn predict u-net.fcn --weights out/UNet/weights.safetensors photo.jpg --out labelled
\`\`\`

To use your own images: provide a label image for each (PNG; one value per class), name the classes in the first line of the
network, and write in the train section where the files are and which value means which class
(\`masks [background = 0, cell = 255]\`).
`;

export const starterFiles: readonly (readonly [name: string, text: string])[] = [
  ["u-net.fcn", program],
  ["README.md", readme],
  [".gitignore", "data/\nout/\n"],
];
