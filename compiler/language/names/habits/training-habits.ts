/** Names of other libraries for the entries of a `train` section and their words. */
import { each, here, say, type Table } from "./habit.ts";

/** An entry of a `train` section. */
export const entry: Table = {
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
  ...each("ignoreindex ignorelabel voidclass", say("masks [background = 0, cell = 1], ignore = 255")),
  ...each(
    "classweight classweights",
    say("they belong to the loss: loss cross_entropy(weights = median_frequency)"),
  ),
  ...each("warmup warmupepochs", say("schedule warm_up(epochs = 5)")),
  ...each("randomcrop cropsize", say("augment crop(256, 256)")),
  ...each("dropout dropoutrate", say("it is an operation of the network: dropout(0.5)")),
  ...each(
    "normalize normalise normalization",
    say("leave it out: images are normalised with the mean and standard deviation of the training data"),
  ),
};

/** What the best epoch is chosen by. */
export const metric: Table = {
  ...each("iou miou valiou valmiou valmeaniou jaccard jaccardindex", here("mean_iou")),
  ...each("dice f1 f1score dicescore dicecoefficient valdice", here("mean_dice")),
  ...each("accuracy acc pixelacc valaccuracy valacc", here("pixel_accuracy")),
  ...each("valloss validationloss", here("loss")),
};

export const loss: Table = {
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
  ...each(
    "gaussianfocalloss penaltyreducedfocal centernetloss cornernetloss heatmaploss",
    here("gaussian_focal"),
  ),
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

export const optimizer: Table = {
  ...each("momentum nesterov", say("sgd(0.01, momentum = 0.9), or sgd(0.01, momentum = 0.9, nesterov)")),
  ...each(
    "adagrad adadelta nadam radam lamb lars lion",
    say("the optimizers are adam, adamw, sgd and rmsprop"),
  ),
};

/** An argument of an optimizer, a loss, an augmentation. */
export const trainArgument: Table = {
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

export const schedule: Table = {
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

export const augmentation: Table = {
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
