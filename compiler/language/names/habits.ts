/** Names of PyTorch, Keras, TensorFlow and Caffe for things the language has, for the help of messages and for fixes. */

import { nearestName } from "../../nearest.ts";
import { operationNames, operationOf } from "../../ops/registry.ts";

export interface Habit {
  /** Words with the same meaning: the first of these that is known there replaces the name. */
  readonly here?: readonly string[];
  /** How to write it in the language, where one name is not enough. */
  readonly instead?: string;
}

export type HabitKind = keyof typeof habits;

/** Keys as `plain` makes them: small letters and digits only. */
type Table = Readonly<Record<string, Habit>>;

/** One habit under several names. */
function each(names: string, habit: Habit): Table {
  return Object.fromEntries(names.split(" ").map((name) => [name, habit]));
}

function here(...words: readonly string[]): Habit {
  return { here: words };
}

function say(instead: string): Habit {
  return { instead };
}

const joining = (join: string): Habit => say(`join feature maps with a skip: skip name by ${join}`);

/** Called like an operation. */
const operation: Table = {
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
    "depthwiseconv depthwiseconv2d separableconv separableconv2d",
    say("use groups for a depthwise convolution: conv(64, 3x3, groups = 64) after 64 channels"),
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
    "upsample2d upsampling upsampling2d upsamplingbilinear2d interpolate resize resizebilinear bilinear interp",
    say("upsample(2, bilinear), or upsample(to = name, bilinear) for the size of another feature map"),
  ),
  ...each("depthtospace subpixel pixelshuffle2d", here("pixel_shuffle")),
  ...each("spacetodepth", here("pixel_unshuffle")),
  ...each("batchnorm2d batchnormalization batchnormalisation syncbatchnorm bn", here("batchnorm")),
  ...each("instancenorm2d instancenormalization", here("instancenorm")),
  ...each("groupnormalization", here("groupnorm")),
  ...each("layernorm layernormalization", say("groupnorm(1) normalises over all channels of an image")),
  ...each("localresponsenorm localresponsenormalization", here("lrn")),
  ...each("lrelu", here("leaky_relu")),
  ...each("parametricrelu", here("prelu")),
  ...each("logistic", here("sigmoid")),
  ...each("softmax2d", here("softmax")),
  ...each("logsoftmax", say("softmax; the loss computes the logarithm itself")),
  ...each("activation", say("write the activation as an operation: conv(64, 3x3) relu")),
  ...each("silu", here("swish")),
  ...each("hardswish hswish", here("hard_swish")),
  ...each("hardsigmoid hsigmoid", here("hard_sigmoid")),
  ...each("selu mish celu hardtanh", say(`the activations are ${knownActivations()}`)),
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
    say("a constant factor and shift is affine(0.3, shift = 1); resampling is upsample(2, bilinear)"),
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
};

/** An argument of an operation, block or network. */
const argument: Table = {
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
  ...each("outputpadding", say("leave it out: the size follows from the kernel and the padding")),
  ...each("inplace dim axis dataformat", say("leave it out")),
  ...each("name", say("write the name after the call: conv(64, 3x3) as name")),
};

/** After `output NAME by`. */
const outputActivation: Table = {
  ...each("softmax2d", here("softmax")),
  ...each("logistic", here("sigmoid")),
  ...each("logsoftmax", say("by softmax; the loss computes the logarithm itself")),
  ...each("logits none linear identity", say("leave out the `by`")),
};

/** An entry of a `train` section. */
const entry: Table = {
  ...each(
    "lr learningrate rate baselr",
    say("the learning rate belongs to the optimizer: optimizer adam(learning_rate = 1e-3)"),
  ),
  ...each(
    "momentum weightdecay nesterov",
    say("it belongs to the optimizer: optimizer sgd(0.01, momentum = 0.9, weight_decay = 5e-4)"),
  ),
  ...each(
    "earlystopping earlystop patience",
    say("keep best by mean_iou, stop after 8 epochs without improvement"),
  ),
  ...each(
    "checkpoint modelcheckpoint savebest monitor metrics metric callbacks",
    say("all metrics are computed; keep best by mean_iou selects the weights"),
  ),
  ...each("epoch numepochs maxepochs nepochs", here("epochs")),
  ...each("steps maxiter iterations maxsteps", say("write the length of a run in epochs: epochs 40")),
  ...each("batchsize minibatch", here("batch")),
  ...each("criterion lossfn lossfunction objective", here("loss")),
  ...each("optim solver", here("optimizer")),
  ...each("scheduler lrscheduler lrschedule lrpolicy", here("schedule")),
  ...each("transforms transform augmentation augmentations", here("augment")),
  ...each("dataset datasets traindata", here("data")),
  ...each(
    "validation validationsplit val valsplit split",
    say('data folder("data", images = "images/*.png", labels = "labels/*.png", validate = 20%)'),
  ),
  ...each(
    "test testsplit testdata holdout",
    say('data folder("data", images = "images/*.png", labels = "labels/*.png", test = 10%)'),
  ),
  ...each(
    "device gpu gpus cuda accelerator",
    say("a program names no engine: choose it where the network is run"),
  ),
  ...each(
    "shuffle workers numworkers",
    say("leave it out: images are shuffled in every epoch and read ahead"),
  ),
  ...each(
    "gradclip gradientclip gradientclipping clipgrad clipgradnorm clipnorm gradientclipval maxgradnorm",
    say("clip norm(1), or clip value(0.5)"),
  ),
  ...each(
    "accumulategradbatches gradientaccumulation gradientaccumulationsteps accumsteps itersize",
    here("accumulate"),
  ),
  ...each("ema swa polyak modelema exponentialmovingaverage weightaveraging", say("average ema(0.999)")),
  ...each(
    "paramgroups parametergroups lrmult layerwiselr",
    say('groups weights("encoder", learning_rate = 1e-4)'),
  ),
  ...each("frozen trainable unfreeze requiresgrad", say('freeze layers("encoder", until = 5)')),
  ...each(
    "search hyperparameters tune tuner gridsearch randomsearch",
    say("sweep width = [8, 16], learning_rate = [1e-3, 1e-4]"),
  ),
  ...each("randomseed manualseed randomstate", here("seed")),
  ...each(
    "classes numclasses",
    say("classes are a parameter of the network: network N(classes = [background, cell])"),
  ),
  ...each("pretrained weights initweights finetune", say('start from "weights.safetensors"')),
};

const loss: Table = {
  ...each(
    "ce crossentropyloss categoricalcrossentropy sparsecategoricalcrossentropy softmaxcrossentropy nll nllloss logloss softmaxloss softmaxwithloss xent",
    here("cross_entropy"),
  ),
  ...each(
    "bce bceloss bcewithlogits bcewithlogitsloss binarycrossentropy sigmoidcrossentropy",
    here("cross_entropy"),
  ),
  ...each(
    "weightedcrossentropy",
    say("cross_entropy(weights = median_frequency) or focal give rare classes more weight"),
  ),
  ...each("classbalancedcrossentropy", here("balanced_cross_entropy")),
  ...each("mse mseloss meansquarederror l2loss euclidean euclideanloss", here("l2")),
  ...each("mae maeloss l1loss meanabsoluteerror", here("l1")),
  ...each("smoothl1 smoothl1loss huberloss", here("huber")),
  ...each("focalloss sigmoidfocalloss", here("focal")),
  ...each("tverskyloss focaltversky", here("tversky")),
  ...each("diceloss softdice softdiceloss", here("dice")),
  ...each("generalizeddice generalizeddiceloss gdl gdice", here("generalised_dice")),
  ...each("lovasz lovaszloss lovaszsoftmaxloss lovaszhinge", here("lovasz_softmax")),
  ...each(
    "ohem ohemloss ohemcrossentropyloss topk topkloss bootstrappedcrossentropy hardexamplemining",
    here("ohem_cross_entropy"),
  ),
  ...each("bordercrossentropyloss unetloss borderweights weightmap", here("border_cross_entropy")),
  ...each("tv tvloss totalvariationloss smoothness smoothnessloss", here("total_variation")),
  ...each("iou iouloss softiou jaccardloss softjaccard", here("jaccard")),
  ...each("cosinesimilarity cosineloss cosineembeddingloss", here("cosine")),
  ...each("silog silogloss scaleinvariantloss", here("scale_invariant")),
};

const optimizer: Table = {
  ...each("momentum nesterov", say("sgd(0.01, momentum = 0.9), or sgd(0.01, momentum = 0.9, nesterov)")),
  ...each(
    "adagrad adadelta nadam radam lamb lars lion",
    say("the optimizers are adam, adamw, sgd and rmsprop"),
  ),
};

/** An argument of an optimizer, a loss, an augmentation. */
const trainArgument: Table = {
  ...each("lr rate baselr initiallr", here("learning_rate")),
  ...each("eps", here("epsilon")),
  ...each("decay weightdecayrate", here("weight_decay")),
  ...each("betas", say("beta1 = 0.9, beta2 = 0.999")),
  ...each("weight classweight classweights", here("weights")),
  ...each("delta beta", here("threshold")),
  ...each("rho smoothing", here("alpha")),
  ...each("centred", here("centered")),
  ...each("maxnorm clipnorm maxvalue clipvalue", here("most")),
  ...each("pctstart", here("rise")),
  ...each("degrees angle limit", here("degrees")),
  ...each("p prob applyprob", here("probability")),
  ...each("gamma", here("factor")),
  ...each("stepsize", here("every")),
  ...each("milestones boundaries", here("at")),
  ...each("etamin minlr minlearningrate endlr", here("least")),
  ...each("t0 tmax", here("period")),
  ...each("warmupsteps numsteps totaliters", here("steps")),
  ...each("warmupepochs", here("epochs")),
  ...each("startfactor", here("start")),
  ...each("sigma sigmalimit std stddev varlimit", here("deviation", "deviations")),
  ...each("gammalimit", here("powers")),
};

const schedule: Table = {
  ...each("polynomial polylr polynomiallr polynomialdecay", here("poly")),
  ...each("none fixed", here("constant")),
  ...each("steplr multistep multisteplr piecewiseconstantdecay", here("step")),
  ...each(
    "cosineannealing cosineannealinglr cosinedecay cosineannealingwarmrestarts cosinedecayrestarts",
    here("cosine"),
  ),
  ...each("reducelronplateau", here("plateau")),
  ...each("linearlr linearwarmup gradualwarmup", here("warm_up")),
  ...each("exponential exponentiallr exponentialdecay", say("step(every = 1, factor = 0.95)")),
  ...each("onecycle onecyclelr superconvergence", here("one_cycle")),
};

const augmentation: Table = {
  ...each("horizontalflip randomhorizontalflip hflip fliplr fliphorizontal randomflip mirror", here("flip")),
  ...each("verticalflip randomverticalflip vflip flipud", here("flip_vertical")),
  ...each("rotation randomrotation randomrotate", here("rotate")),
  ...each("randomcrop", here("crop")),
  ...each("randomresizedcrop", say("scale(0.8 .. 1.25), crop(256)")),
  ...each("zoom randomzoom randomscale", say("scale(0.8 .. 1.25)")),
  ...each("gaussnoise gaussiannoise randomnoise", here("noise")),
  ...each("gaussianblur randomblur", here("blur")),
  ...each("randomgamma gammacorrection adjustgamma", here("gamma")),
  ...each("randombrightness", here("brightness")),
  ...each("randomcontrast", here("contrast")),
  ...each("randombrightnesscontrast", say("brightness(0.2), contrast(0.2)")),
  ...each("colorjitter colourjitter", say("brightness(0.2), contrast(0.2), saturation(0.2), hue(20)")),
  ...each("translate translation randomtranslate randomtranslation widthshift heightshift", here("shift")),
  ...each("randomshear shearrange", here("shear")),
  ...each("randomaffine affine shiftscalerotate", say("shift(16), scale(0.9 .. 1.1), rotate(15), shear(10)")),
  ...each("randomperspective perspectivetransform", here("perspective")),
  ...each(
    "elastictransform elasticdeformation elasticdeform randelastic rand2delastic griddistortion",
    here("elastic"),
  ),
  ...each("hsv huesaturationvalue", say("hue(20), saturation(0.3)")),
  ...each("randomhue adjusthue", here("hue")),
  ...each("randomsaturation adjustsaturation", here("saturation")),
  ...each("imagecompression jpegcompression jpegquality", here("jpeg")),
  ...each("coarsedropout randomerasing erasing gridmask", here("cutout")),
  ...each(
    "randcropbyposneglabel randcropbylabelclasses cropnonemptymaskifexists",
    say("crop(256, rare = 50%)"),
  ),
  ...each(
    "normalize normalise normalization totensor",
    say("leave it out: images are normalised with the mean and standard deviation of the training data"),
  ),
};

const habits = {
  operation,
  argument,
  outputActivation,
  entry,
  loss,
  optimizer,
  trainArgument,
  schedule,
  augmentation,
} as const satisfies Record<string, Table>;

/** All of them, for the test that goes over the table. */
export const allHabits: Readonly<Record<HabitKind, Table>> = habits;

/** Whether the phrase that names a kind in "there is no …" is one of the table's. */
export function isHabitKind(what: string): what is HabitKind {
  return Object.hasOwn(habits, what);
}

function knownActivations(): string {
  const names = operationNames.filter((operation) => operationOf({ operation }).kind === "activation");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** `Conv2d`, `conv_2d` and `CONV2D` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

export interface Meant {
  /** To be written in place of the name. */
  readonly nearest: string | undefined;
  /** The help, where one name does not say it. */
  readonly instead: string | undefined;
}

/** What a name that is not `known` most likely means: the same but for case and `_`, a habit, a slip of the pen. */
export function meantBy(name: string, kind: HabitKind, known: Iterable<string>): Meant {
  const names = [...known];
  const key = plain(name);
  const same = names.find((each) => plain(each) === key);
  if (same !== undefined) return { nearest: same, instead: undefined };
  const table: Table = habits[kind];
  const habit = Object.hasOwn(table, key) ? table[key] : undefined;
  const written = habit?.here?.find((word) => names.includes(word.replace(/\(.*/u, "")));
  if (written !== undefined) return { nearest: written, instead: undefined };
  if (habit?.instead !== undefined) return { nearest: undefined, instead: habit.instead };
  return { nearest: nearestName(name, names), instead: undefined };
}
