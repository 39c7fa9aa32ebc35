/** Names of other libraries for operations, their arguments and the activations of outputs. */
import { operationNames, operationOf } from "../../../ops/registry.ts";
import { each, type Habit, here, say, type Table } from "./habit.ts";

const joining = (join: string): Habit => say(`join feature maps with a skip: skip name by ${join}`);

/** A block of the prelude. */
const standard = (block: string, given = ""): Habit =>
  say(`import it: import { ${block} } from "std/blocks"; then ${block}${given}`);

/** Called like an operation. */
export const operation: Table = {
  // `Conv2d(3, 64, 3)` has its input channels first, so replacing only the name would change the meaning.
  ...each(
    "conv2d convolution convolution2d conv1d conv3d",
    say("conv(channels, kernel), as in conv(64, 3x3); the input channels are inferred"),
  ),
  ...each(
    "convtranspose convtranspose2d conv2dtranspose transposeconv transposedconv2d deconv deconv2d deconvolution upconv",
    say("transposed_conv(channels, kernel, stride = 2), as in transposed_conv(64, 2x2, stride = 2)"),
  ),
  ...each("atrousconv dilatedconv atrousconv2d", say("conv(64, 3x3, dilate = 2)")),
  ...each(
    "depthwise depthwiseconv depthwiseconv2d dwconv",
    say("use groups for a depthwise convolution: conv(current.channels, 3x3, groups = current.channels)"),
  ),
  ...each(
    "separableconv separableconv2d",
    say('import it: import { separable_conv } from "std/blocks"; then separable_conv(64)'),
  ),
  ...each(
    "linear innerproduct fullyconnected fc",
    say("dense(channels) for the whole feature map, or conv(channels, 1x1) for each position"),
  ),
  ...each("maxpool2d maxpooling maxpooling2d", here("maxpool")),
  ...each("avgpool2d avgpooling averagepool averagepooling averagepooling2d meanpool", here("avgpool")),
  ...each("pool pooling pool2d", say("maxpool(2) or avgpool(2)")),
  ...each(
    "globalavgpool globalavgpool2d globalaveragepool globalaveragepooling globalaveragepooling2d globalpool gap",
    here("avgpool(global)"),
  ),
  ...each("globalmaxpool globalmaxpool2d globalmaxpooling globalmaxpooling2d", here("maxpool(global)")),
  ...each("adaptiveavgpool adaptiveavgpool2d", say("avgpool(global), or avgpool(bins = 2)")),
  ...each("adaptivemaxpool adaptivemaxpool2d", say("maxpool(global), or maxpool(bins = 2)")),
  ...each(
    "maxunpool maxunpool2d unpooling",
    say("name the pooling and undo it: maxpool(2) as pooled … unpool(pooled)"),
  ),
  ...each(
    "upsample2d upsampling upsampling2d upsamplingbilinear2d interpolate resize resizebilinear bilinear bicubic interp",
    say("upsample(2, bilinear), or upsample(to = name, bilinear) for the size of another feature map"),
  ),
  ...each("depthtospace subpixel pixelshuffle2d", here("pixel_shuffle")),
  ...each("spacetodepth", here("pixel_unshuffle")),
  ...each("batchnorm2d batchnormalization batchnormalisation syncbatchnorm bn", here("batchnorm")),
  ...each("instancenorm2d instancenormalization", here("instancenorm")),
  ...each("groupnormalization", here("groupnorm")),
  ...each("layernormalization layernorm2d", here("layernorm")),
  ...each("layerscale", here("layer_scale")),
  ...each("localresponsenorm localresponsenormalization", here("lrn")),
  ...each("lrelu", here("leaky_relu")),
  ...each("parametricrelu", here("prelu")),
  ...each("logistic", here("sigmoid")),
  ...each("softmax2d", here("softmax")),
  ...each("spatialsoftmax", say("softmax(over = space)")),
  ...each("channelshuffle", here("channel_shuffle")),
  ...each(
    "attention multiheadattention selfattention scaleddotproductattention",
    say("attend(key, value), from the query as the current feature map; heads = 8 for several heads"),
  ),
  ...each(
    "matmul bmm einsum",
    say("attend, gather and distribute multiply feature maps as matrices; a 1x1 conv by learned weights"),
  ),
  ...each("logsoftmax", say("softmax; the loss computes the logarithm itself")),
  ...each("activation", say("write the activation as an operation: conv(64, 3x3) relu")),
  ...each("silu", here("swish")),
  ...each("hardswish hswish", here("hard_swish")),
  ...each("hardsigmoid hsigmoid", here("hard_sigmoid")),
  ...each("selu mish celu hardtanh", say(`the activations are ${knownActivations()}`)),
  ...each("droppath dropconnect stochasticdepth", here("stochastic_depth")),
  ...each("dropout2d spatialdropout spatialdropout2d", say("dropout(0.5, spatial) drops whole channels")),
  ...each("zeropad zeropad2d zeropadding2d constantpad2d padding", here("pad")),
  ...each("reflectionpad2d reflectpad", say("pad(1, mode = reflect)")),
  ...each("replicationpad2d edgepad", say("pad(1, mode = edge)")),
  ...each("cropping cropping2d centercrop", here("crop")),
  ...each(
    "reshape view permute transpose squeeze unsqueeze rearrange unflatten",
    say(
      "feature maps always have the axes [channels, height, width]; pixel_shuffle and pixel_unshuffle move values between them, and dense needs no flattening",
    ),
  ),
  ...each("flatten", say("leave it out: dense(channels) needs no flattening")),
  ...each("add sum eltwise", joining("add")),
  ...each(
    "scale rescale rescaling power lambda",
    say(
      "a constant factor is affine(0.3), a constant shift affine(shift = 1); resampling is upsample(2, bilinear)",
    ),
  ),
  ...each("negate neg negative", say("affine(-1)")),
  ...each("absolute absval", here("abs")),
  ...each("concat cat concatenate stack", joining("concat")),
  ...each("subtract sub minus difference", joining("subtract")),
  ...each("multiply mul", joining("multiply")),
  ...each("maximum max", joining("maximum")),
  ...each("minimum min", joining("minimum")),
  ...each(
    "sequential module modulelist model",
    say(
      "leave it out: statements are applied in order; write reusable parts as a block: block name(channels) { conv(channels, 3x3) relu }",
    ),
  ),
  ...each(
    "def class function",
    say("write reusable parts as a block: block name(channels) { conv(channels, 3x3) relu }"),
  ),
  ...each("return", say("write the result as: output labels by softmax")),
  ...each("inputlayer placeholder", say("start the network with: input image [3, H, W]")),
  ...each("identity", say("leave it out")),
  ...each(
    "current",
    say(
      "leave it out: operations are applied to the current feature map; as a value, current is for arguments: conv(current.channels, 3x3)",
    ),
  ),
  ...each("se selayer seblock semodule squeezeexcite squeezeexcitation", standard("squeeze_excitation")),
  ...each("ppm psp pspmodule pyramidpoolingmodule", standard("pyramid_pooling", "(channels = 64)")),
  ...each("ocr ocrmodule", standard("object_context", "(regions)")),
  ...each("mbconv invertedbottleneck", standard("inverted_residual", "(64)")),
  ...each("basicblock", standard("basic_residual", "(64)")),
};

/** An argument of an operation, block or network. */
export const argument: Table = {
  ...each("outchannels filters features outfeatures numoutput numfilters nfilters units", here("channels")),
  ...each("kernelsize ksize filtersize poolsize windowsize", here("kernel")),
  ...each("strides", here("stride")),
  ...each("dilation dilations dilationrate rates atrousrate", here("dilate")),
  ...each("pad", here("padding")),
  ...each("usebias biasterm", here("bias")),
  ...each("kernelinitializer weightfiller weightinit initializer", here("init")),
  ...each("scalefactor size", here("factor")),
  ...each("outputsize", here("bins", "to")),
  ...each("interpolation", here("mode")),
  ...each("eps", here("epsilon")),
  ...each("p prob droprate dropoutratio", here("rate")),
  ...each("keepprob", say("use rate, the fraction to drop: 1 − keep_prob")),
  ...each("numgroups", here("groups")),
  ...each("ceilmode", here("ceil")),
  ...each("negativeslope", here("slope")),
  ...each("numclasses nclasses nclass numlabels", here("classes")),
  ...each(
    "inchannels infeatures inputchannels numfeatures inputshape inputdim inputsize",
    say("leave it out: the input channels are inferred"),
  ),
  ...each("activation nonlinearity", say("write the activation as an operation: conv(64, 3x3) relu")),
  ...each("affine center", say("use scale and shift, which say whether they are learned")),
  ...each("trainable requiresgrad", say("use frozen for weights that are not trained")),
  ...each(
    "paddingmode",
    say("use another operation before it for padding other than zeros: pad(1, mode = reflect)"),
  ),
  ...each(
    "pretrained imagenet",
    say('weights are loaded by the train section: start from "resnet50.safetensors" as torchvision'),
  ),
  ...each("outputpadding", here("output_padding")),
  ...each("countincludepad", here("count_padding")),
  ...each("inplace dim axis dataformat", say("leave it out")),
  ...each("name", say("write the name after the call: conv(64, 3x3) as name")),
};

/** After `output NAME by`. */
export const outputActivation: Table = {
  ...each("softmax2d", here("softmax")),
  ...each("logistic", here("sigmoid")),
  ...each("logsoftmax", say("by softmax; the loss computes the logarithm itself")),
  ...each("logits none linear identity", say("leave out the `by`")),
};

/** After `skip NAME by` and `fork by`. */
export const join: Table = {
  ...each("sum plus addition eltwise", here("add")),
  ...each("cat concatenate concatenation stack append", here("concat")),
  ...each("sub minus difference subtraction", here("subtract")),
  ...each("mul times product multiplication", here("multiply")),
  ...each("max", here("maximum")),
  ...each("min", here("minimum")),
  ...each("mean average avg", say("by add, then affine(0.5): the mean of two feature maps")),
};

/** After a dot. */
export const member: Table = {
  // Detectron's and torchvision's names of the stages of a ResNet.
  ...each("res2 layer1", here("stage[0]")),
  ...each("res3 layer2", here("stage[1]")),
  ...each("res4 layer3", here("stage[2]")),
  ...each("res5 layer4", here("stage[3]")),
  ...each("outchannels numchannels nchannels features filters c", here("channels")),
  ...each("strides reduction", here("stride")),
  ...each(
    "height width h w shape size",
    say(
      "sizes follow from the input and are no numbers of a program: upsample(to = x, bilinear) takes the size of x, expect [8, H/2, W/2] states one",
    ),
  ),
};

/** A word in the place of a number or a flag. */
export const value: Table = {
  ...each("inchannels inputchannels infeatures numchannels inplanes inch", here("current.channels")),
  ...each("countincludepad", here("count_padding")),
  ...each("ceilmode", here("ceil")),
  ...each(
    "bicubic cubic lanczos",
    say("upsample has bilinear, nearest and learned; downsample has area, bilinear and nearest"),
  ),
};

function knownActivations(): string {
  const names = operationNames.filter((operation) => operationOf({ operation }).kind === "activation");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
