/** Networks that have every operation with its pitfalls, for targets: by what they are about. */
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { compileNetwork } from "./compile-network.ts";

const body = (text: string): string => `network Page {\ninput image [3, H, W]\n${text}\noutput result\n}\n`;

export const operationPrograms: Readonly<Record<string, string>> = {
  "conv: stride, dilation, margins that differ":
    "conv(4, 3x5, stride = 2x1, padding = 1) conv(4, 3x3, dilate = 2)",
  "conv: groups, depthwise, no bias": "conv(6, 3x3, groups = 3, bias = false) conv(6, 3x3, groups = 6)",
  "conv: an even kernel with same padding": "conv(4, 2x4)",
  "transposed_conv: same, valid, groups":
    "transposed_conv(6, 4, stride = 2) transposed_conv(6, 3, stride = 2, padding = valid, groups = 3)",
  "transposed_conv: one row more before than after": "transposed_conv(4, 5x3, stride = 2x1)",
  "dense: over the whole feature map": "maxpool(bins = 3x2) dense(5)",
  "maxpool: floor": "maxpool(3x2, stride = 2)",
  "maxpool: ceil with padding": "maxpool(3, stride = 2, padding = 1, ceil = true)",
  "maxpool: ceil where the last window is dropped": "maxpool(2, stride = 3, padding = 1, ceil = true)",
  "maxpool: ceil without padding and with gaps": "maxpool(2, stride = 5, ceil = true)",
  "maxpool: dilated, with more padding than a kernel": "maxpool(2, stride = 1, dilate = 4, padding = 3)",
  "avgpool: padding does not count": "avgpool(3, stride = 2, padding = 1)",
  "avgpool: ceil": "avgpool(3, stride = 2, ceil = true)",
  "avgpool: ceil where the last window is dropped": "avgpool(2, stride = 3, padding = 1, ceil = true)",
  "avgpool: dilated": "avgpool(3, stride = 2, dilate = 2, padding = 2)",
  "adaptive pooling: bins that overlap":
    "conv(3, 1x1) as near maxpool(bins = 3x4) as most from near avgpool(bins = 3x4) skip most by concat",
  "adaptive pooling: one bin along an axis": "avgpool(bins = 1x3)",
  "global pooling":
    "conv(3, 1x1) as near maxpool(global = true) as most from near avgpool(global = true) skip most by concat",
  "unpool: windows side by side": "maxpool(2) as pool conv(3, 1x1) unpool(pool)",
  "unpool: windows that overlap add": "maxpool(3, stride = 1, padding = 1) as pool conv(3, 1x1) unpool(pool)",
  "unpool: ceil": "maxpool(2, stride = 2, ceil = true) as pool conv(3, 1x1) unpool(pool)",
  "unpool: ceil where the last window is dropped":
    "maxpool(2, stride = 3, padding = 1, ceil = true) as pool conv(3, 1x1) unpool(pool)",
  "unpool: dilated, with more padding than a kernel":
    "maxpool(2, stride = 2, dilate = 4, padding = 3) as pool conv(3, 1x1) unpool(pool)",
  "unpool: two from one pool":
    "maxpool(2) as pool conv(3, 1x1) unpool(pool) as first from pool unpool(pool) skip first by concat",
  "bed of nails": "unpool(bed_of_nails, 2x3)",
  "resize: nearest": "upsample(3x2, nearest)",
  "resize: bilinear": "upsample(2x3, bilinear)",
  "resize: bilinear with aligned corners": "upsample(2x3, bilinear, align_corners = true)",
  "resize_to: bilinear, in no whole ratio":
    "conv(3, 1x1) as fine conv(3, 3x3, stride = 3) upsample(bilinear, to = fine)",
  "resize_to: aligned corners":
    "conv(3, 1x1) as fine conv(3, 3x3, stride = 2) upsample(bilinear, to = fine, align_corners = true)",
  "resize_to: nearest, in no whole ratio":
    "conv(3, 1x1) as fine conv(3, 3x3, stride = 3) upsample(nearest, to = fine)",
  "resize_to: nearest, to fewer positions":
    "conv(3, 3x3, stride = 2) as coarse from image conv(3, 5x5, padding = valid) upsample(nearest, to = coarse)",
  "resize_to: one position for the whole image":
    "conv(3, 1x1) as fine avgpool(global = true) upsample(bilinear, to = fine)",
  "resize_to: in a whole ratio": "conv(3, 1x1) as fine maxpool(2) upsample(bilinear, to = fine)",
  "pixel_shuffle: square and not": "conv(24, 1x1) pixel_shuffle(2) pixel_shuffle(3x2)",
  "pixel_unshuffle: square and not":
    "upsample(4, nearest) conv(3, 3x3) pixel_unshuffle(2) pixel_unshuffle(2x1)",
  "batchnorm: with and without scale and shift":
    "conv(4, 1x1) batchnorm batchnorm(scale = false) batchnorm(shift = false, epsilon = 0.01)",
  instancenorm: "conv(4, 1x1) instancenorm instancenorm(scale = false, shift = false)",
  groupnorm:
    "conv(6, 1x1) groupnorm(3) groupnorm(2, scale = false) groupnorm(2, shift = false) groupnorm(6, scale = false, shift = false)",
  layernorm:
    "conv(6, 3x3) layernorm conv(5, 1x1) layernorm(scale = false, epsilon = 0.01) layernorm(shift = false) layernorm(scale = false, shift = false)",
  "layer_scale, and one slope for all channels": "conv(6, 3x3) layer_scale(0.5) prelu(0.3, shared = true)",
  "lrn: the window over channels": "conv(8, 1x1) lrn(5, 0.5, 0.75, 2) lrn(3, 1.5)",
  activations:
    "conv(4, 1x1) leaky_relu(0.2) conv(4, 1x1) elu(0.7) conv(4, 1x1) prelu conv(4, 1x1) relu6 conv(4, 1x1) tanh conv(4, 1x1) sigmoid conv(4, 1x1) relu",
  "activations by their formulas":
    "conv(4, 1x1) swish conv(4, 1x1) gelu conv(4, 1x1) hard_swish conv(4, 1x1) hard_sigmoid conv(4, 1x1) softplus conv(4, 1x1) abs conv(4, 1x1) affine(-0.3, shift = 1) affine(2) affine(shift = -1)",
  "softmax over channels": "conv(5, 1x1) softmax",
  "dropout as the last layer": "conv(4, 3x3) dropout(0.5)",
  "joins of three":
    "conv(3, 3x3) as a from image conv(3, 1x1) as b skip a by add skip b by multiply skip image by concat",
  "joins that compare":
    "conv(3, 3x3) as a from image conv(3, 1x1) as b from image fork by subtract { path { } path { from a } path { from b } } skip a by maximum skip b by minimum",
  "joins that broadcast one position":
    "conv(3, 3x3) as x avgpool(global) conv(3, 1x1) sigmoid as gate from x skip gate by multiply skip gate by subtract skip gate by maximum from gate skip x by add skip gate by minimum",
  "joins that broadcast one channel":
    "conv(3, 3x3) as x conv(1, 1x1) sigmoid as gate skip x by multiply avgpool(global) conv(1, 1x1) as one skip x by multiply skip gate by multiply",
  "crop and pad": "crop(top = 1, left = 2) pad(2x1) pad(1, reflect) pad(top = 3, right = 2, edge)",
  "pad: a constant": "pad(2x1, constant, value = -0.5) pad(bottom = 3, constant, value = 2)",
  "transposed_conv: output padding":
    "transposed_conv(4, 3, stride = 2, padding = 1, output_padding = 1) transposed_conv(3, 5x4, stride = 3, padding = 2, output_padding = 1x2)",
  "pools: sides that differ, and padding that counts":
    "conv(3, 3x3) maxpool(3, stride = 2, top = 1, left = 2) avgpool(3, stride = 1, bottom = 1, right = 2) avgpool(3, stride = 2, padding = 1, count_padding = true)",
  "downsample: each mode":
    "upsample(4, nearest) conv(3, 3x3) downsample(2, bilinear) downsample(3x1, bilinear) downsample(1x2, area) downsample(1x2, nearest)",
  "resize_to: areas, in no whole ratio":
    "conv(3, 3x3, stride = 3) as coarse from image conv(3, 3x3) downsample(area, to = coarse)",
  "resize_to: areas of one position, and for more positions than there are":
    "conv(3, 3x3, stride = 2) as half avgpool(global) as one from half downsample(area, to = image) as fine from half downsample(area, to = one) skip fine by add",
  "softmax over space": "conv(4, 3x3) softmax(over = space)",
  "pools over channels":
    "conv(4, 3x3) as x maxpool(over = channels) as most from x avgpool(over = channels) skip most by concat",
  channel_shuffle: "conv(6, 3x3) channel_shuffle(2) channel_shuffle(3)",
  "attend: to itself":
    "conv(4, 1x1) as key from image conv(5, 1x1) as value from image conv(4, 1x1) attend(key, value)",
  "attend: to fewer positions, in heads":
    "maxpool(3) as coarse conv(4, 1x1) as key from coarse conv(6, 1x1) as value from image conv(4, 1x1) affine(0.5) attend(key, value, heads = 2)",
  "gather and distribute":
    "conv(4, 3x3) softmax(over = space) as regions from image conv(5, 1x1) gather(regions) conv(6, 1x1) as gathered from image conv(4, 1x1) softmax distribute(gathered)",
  "gather: the mean": "conv(4, 3x3) as keys from image conv(5, 1x1) gather(keys, mean = true)",
  "attend: to regions":
    "conv(4, 3x3) softmax(over = space) as regions from image conv(5, 1x1) gather(regions) as found from image conv(5, 3x3) attend(found, found)",
  "layer_scale: one factor for all channels": "conv(4, 3x3) layer_scale(0.5, shared = true)",
  "crop to: aligned, by one number":
    "conv(3, 3x3, padding = valid) as small from image crop to small, aligned",
  "crop to: centred, by the same for every size":
    "conv(3, 5x5, padding = valid) as small from image crop to small, centred",
  "crop to: centred, by what depends on the size":
    "maxpool(4) upsample(4, nearest) as blocks from image crop to blocks, centred",
  "crf: over a window":
    "conv(4, 3x3) crf(image, window = 5x3, iterations = 3, appearance_colour = 40, appearance_position = 2)",
  "crf: no iterations": "conv(4, 3x3) crf(image, window = 3, iterations = 0)",
  "weights used twice":
    "conv(3, 3x3) as first conv(3, 3x3, weights = first) prelu as slopes prelu(weights = slopes)",
  "conv: with a batch normalisation and a rectifier":
    "conv(4, 3x3) batchnorm relu conv(6, 3x3, groups = 2, bias = false) batchnorm relu6 conv(4, 1x1) batchnorm(scale = false) swish conv(4, 3x3, bias = false) relu",
  "conv: depthwise, with a batch normalisation and a rectifier":
    "conv(3, 3x3, groups = 3, bias = false) batchnorm(shift = false) relu conv(6, 3x3, groups = 3) batchnorm relu",
  "conv: stride and dilation together":
    "conv(4, 3x3, stride = 2, dilate = 2) conv(4, 3x1, stride = 2x1, dilate = 1x2) relu",
  "conv: more padding than a kernel": "conv(4, 3x3, padding = 9) conv(4, 2x2, padding = 5x1)",
  "conv: what others read too is not changed by a batch normalisation":
    "conv(4, 3x3) as before batchnorm relu as after from before skip after by concat",
  "transposed_conv: with a batch normalisation and a rectifier":
    "transposed_conv(4, 4, stride = 2) batchnorm relu transposed_conv(6, 3x2, stride = 3x2, groups = 2, bias = false) batchnorm relu",
  "transposed_conv: kernels that stride does not divide, and smaller than it":
    "transposed_conv(4, 5, stride = 3) transposed_conv(3, 2, stride = 3, padding = valid) transposed_conv(4, 7x3, stride = 2, padding = 3x1)",
  "weights used twice, one use with a batch normalisation":
    "conv(3, 3x3) as first batchnorm relu conv(3, 3x3, dilate = 2, weights = first) transposed_conv(3, 3) as up batchnorm transposed_conv(3, 3, stride = 2, weights = up)",
  "maxpool: windows of one position": "maxpool(1, stride = 2) conv(3, 1x1) avgpool(1, stride = 2)",
  "unpool: windows side by side, not square": "maxpool(2x3) as pool conv(3, 1x1) unpool(pool)",
  "unpool: strides that differ, and more than the window":
    "maxpool(2x3, stride = 3x2) as pool conv(3, 1x1) unpool(pool)",
  "resize: larger factors": "upsample(7x5, nearest) avgpool(4) upsample(5x7, bilinear)",
  "pad: one side of each axis, each mode":
    "pad(bottom = 2, edge) pad(left = 3, reflect) pad(top = 1) pad(right = 4, edge)",
  "no operation at all": "",
};

/** Compiled. */
export function operationNetworks(): ReadonlyMap<string, CompiledNetwork> {
  return new Map(
    Object.entries(operationPrograms).map(([title, text]) => [title, compileNetwork(body(text))]),
  );
}
