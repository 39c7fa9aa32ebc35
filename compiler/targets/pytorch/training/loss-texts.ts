/** The losses in Python, by the names of the language, as PyTorch writes them; the formulas are those of compiler/tensors/losses/. */
import type { LossName } from "../../../learning/losses/registry.ts";
import type { LossHelper } from "./loss-helpers.ts";

export interface LossText {
  readonly needs: readonly LossHelper[];
  /** Formatted as black does. */
  readonly text: string;
}

export const lossTexts: { readonly [N in LossName]: LossText } = {
  cross_entropy: {
    needs: ["log_probability"],
    text: `def cross_entropy(
    logits: Tensor,
    classes: Tensor,
    weights: Optional[Tensor] = None,
    smoothing: float = 0.0,
) -> Share:
    """-w log p of the class. Divided by the sum of the weights w.

    With smoothing all classes share as much of the target (Szegedy et al. 2016).
    """
    known = (classes >= 0).to(logits.dtype)
    if weights is not None:
        weights = weights.to(logits)
        known = known * weights[classes.clamp(min=0)]
    if logits.shape[1] > 1 and smoothing == 0:
        total = F.cross_entropy(
            logits, classes, weights, ignore_index=-1, reduction="sum"
        )
        return Share(total, known.sum())
    losses = -log_probability(logits, classes.clamp(min=0))
    if smoothing > 0:
        if logits.shape[1] == 1:
            every = -(F.logsigmoid(logits) + F.logsigmoid(-logits))[:, 0] / 2
        else:
            every = -F.log_softmax(logits, dim=1).mean(1)
        losses = (1 - smoothing) * losses + smoothing * every
    return Share((losses * known).sum(), known.sum())
`,
  },
  balanced_cross_entropy: {
    needs: ["log_probability"],
    text: `def balanced_cross_entropy(logits: Tensor, classes: Tensor) -> Share:
    """-log p, each class weighed by the share of the other in the image.

    Xie & Tu 2015, equation 2.
    """
    known = (classes >= 0).to(logits.dtype)
    positive = (classes == 1).to(logits.dtype)
    total = known.sum((1, 2), keepdim=True).clamp(min=1)
    share = positive.sum((1, 2), keepdim=True) / total
    weights = positive * (1 - share) + (known - positive) * share
    losses = -log_probability(logits, classes.clamp(min=0))
    return Share((losses * weights).sum(), known.sum())
`,
  },
  soft_cross_entropy: {
    needs: ["known_values"],
    text: `def soft_cross_entropy(
    logits: Tensor, target: Tensor, weights: Optional[Tensor] = None
) -> Share:
    """-w sum(t log p), with w the weight of the likeliest bin.

    Zhang, Isola & Efros 2016, equation 2.
    """
    values, known = known_values(target)
    losses = -(F.log_softmax(logits, dim=1) * values).sum(1, keepdim=True)
    if weights is not None:
        losses = losses * weights.to(logits)[values.argmax(1, keepdim=True)]
    return Share((losses * known).sum(), known.sum())
`,
  },
  focal: {
    needs: ["log_probability"],
    text: `def focal(
    logits: Tensor, classes: Tensor, gamma: float, weights: Optional[Tensor] = None
) -> Share:
    """-w (1 - p)^gamma log p of the class (Lin et al. 2017, equations 4 and 5)."""
    known = (classes >= 0).to(logits.dtype)
    if weights is not None:
        known = known * weights.to(logits)[classes.clamp(min=0)]
    logarithm = log_probability(logits, classes.clamp(min=0))
    rest = -torch.expm1(logarithm)
    losses = -(rest.clamp(min=1e-30) ** gamma) * logarithm
    return Share((losses * known).sum(), known.sum())
`,
  },
  gaussian_focal: {
    needs: ["known_values"],
    text: `def gaussian_focal(logits: Tensor, target: Tensor, alpha: float, beta: float) -> Share:
    """-(1 - p)^alpha log p at centres, -(1 - t)^beta p^alpha log(1 - p) elsewhere.

    Divided by the number of centres (Law & Deng 2018, equation 1).
    """
    values, known = known_values(target)
    certain, doubtful = -F.logsigmoid(-logits), -F.logsigmoid(logits)
    missed = torch.exp(-alpha * certain) * doubtful
    taken = torch.exp(-alpha * doubtful) * certain
    far = (1 - values).clamp(min=1e-30) ** beta
    centre = values > 1 - 1e-7
    losses = torch.where(centre, missed, far * taken)
    return Share((losses * known).sum(), centre.sum().clamp(min=1).to(logits.dtype))
`,
  },
  dice: {
    needs: ["overlap"],
    text: `def dice(
    logits: Tensor,
    classes: Tensor,
    squared: bool = False,
    weights: Optional[Tensor] = None,
) -> Share:
    """1 - (2 sum(p t) + 1) / (sum(p) + sum(t) + 1) of each class.

    Squared: sum(p^2) in place of sum(p) (Milletari et al. 2016, equation 1).
    """
    common, predicted, labelled = overlap(logits, classes, squared)
    missed = 1 - (2 * common + 1) / (predicted + labelled + 1)
    return over_classes(missed, labelled, weights)
`,
  },
  generalised_dice: {
    needs: ["overlap"],
    text: `def generalised_dice(logits: Tensor, classes: Tensor) -> Share:
    """1 - 2 sum(w sum(p t)) / sum(w sum(p + t)), w = 1 / sum(t)^2 of each class.

    Sudre et al. 2017, section 2.
    """
    if logits.shape[1] == 1:
        logits = torch.cat([torch.zeros_like(logits), logits], dim=1)
    common, predicted, labelled = overlap(logits, classes)
    weights = (labelled > 0).to(logits.dtype) / labelled.clamp(min=1) ** 2
    below = (weights * (predicted + labelled)).sum().clamp(min=1e-30)
    loss = 1 - 2 * (weights * common).sum() / below
    return Share(loss, (classes >= 0).any().to(logits.dtype))
`,
  },
  jaccard: {
    needs: ["overlap"],
    text: `def jaccard(
    logits: Tensor, classes: Tensor, weights: Optional[Tensor] = None
) -> Share:
    """1 - (sum(p t) + 1) / (sum(p) + sum(t) - sum(p t) + 1) of each class.

    Rahman & Wang 2016, equations 3 to 5.
    """
    common, predicted, labelled = overlap(logits, classes)
    missed = 1 - (common + 1) / (predicted + labelled - common + 1)
    return over_classes(missed, labelled, weights)
`,
  },
  tversky: {
    needs: ["overlap"],
    text: `def tversky(
    logits: Tensor,
    classes: Tensor,
    alpha: float,
    beta: float,
    weights: Optional[Tensor] = None,
) -> Share:
    """1 - the Tversky index of each class (Salehi et al. 2017, equation 1)."""
    common, predicted, labelled = overlap(logits, classes)
    above, below = predicted - common, labelled - common
    missed = 1 - (common + 1) / (common + alpha * above + beta * below + 1)
    return over_classes(missed, labelled, weights)
`,
  },
  lovasz_softmax: {
    needs: ["overlap"],
    text: `def lovasz_softmax(
    logits: Tensor, classes: Tensor, weights: Optional[Tensor] = None
) -> Share:
    """The Lovasz extension of 1 - the IoU of each class over the whole batch.

    Berman, Rannen Triki & Blaschko 2018, algorithm 1.
    """
    known = (classes >= 0).flatten()
    if logits.shape[1] == 1:
        probabilities = torch.sigmoid(logits)
        labels = classes.flatten()[None] == 1
    else:
        probabilities = F.softmax(logits, dim=1)
        numbers = torch.arange(logits.shape[1], device=logits.device)
        labels = classes.flatten()[None] == numbers[:, None]
    labels = labels.to(logits.dtype)
    errors = (labels - probabilities.transpose(0, 1).flatten(1)).abs() * known
    errors, order = errors.sort(dim=1, descending=True, stable=True)
    labels = labels.gather(1, order)
    labelled = labels.sum(1)
    left = labelled[:, None] - labels.cumsum(1)
    union = labelled[:, None] + (1 - labels).cumsum(1)
    missed = 1 - left / union
    steps = torch.cat([missed[:, :1], missed[:, 1:] - missed[:, :-1]], dim=1)
    return over_classes((errors * steps).sum(1), labelled, weights)
`,
  },
  ohem_cross_entropy: {
    needs: ["log_probability"],
    text: `def ohem_cross_entropy(
    logits: Tensor,
    classes: Tensor,
    share: float = 1.0,
    count: Optional[int] = None,
    weights: Optional[Tensor] = None,
) -> Share:
    """-w log p of the class at the hardest positions: a share of them, or a count.

    Shrivastava, Gupta & Girshick 2016, section 4.
    """
    known = classes >= 0
    losses = -log_probability(logits, classes.clamp(min=0)) * known
    if weights is not None:
        losses = losses * weights.to(logits)[classes.clamp(min=0)]
    every = int(known.sum())
    kept = min(every, math.ceil(every * share) if count is None else count)
    hardest = losses.flatten().sort(descending=True).values[:kept]
    return Share(hardest.sum(), hardest.new_tensor(kept))
`,
  },
  border_cross_entropy: {
    needs: ["log_probability", "border_weights"],
    text: `def border_cross_entropy(
    logits: Tensor,
    classes: Tensor,
    strength: float,
    sigma: float,
    background: int,
    weights: Optional[Tensor] = None,
) -> Share:
    """-(w + strength exp(-(d1 + d2)^2 / 2 sigma^2)) log p of the class.

    d1 and d2 are the distances of a background position to the two nearest objects
    (Ronneberger, Fischer & Brox 2015, equation 2).
    """
    known = (classes >= 0).to(logits.dtype)
    if weights is not None:
        known = known * weights.to(logits)[classes.clamp(min=0)]
    borders = [
        border_weights(one, strength, sigma, background)
        for one in classes.cpu().numpy()
    ]
    known = known + torch.from_numpy(np.stack(borders)).to(logits)
    losses = -log_probability(logits, classes.clamp(min=0))
    return Share((losses * known).sum(), known.sum())
`,
  },
  l1: {
    needs: ["difference"],
    text: `def l1(values: Tensor, target: Tensor) -> Share:
    """|x| of the difference x."""
    x, known = difference(values, target)
    return Share(x.abs().sum(), known.sum() * values.shape[1])
`,
  },
  l2: {
    needs: ["difference"],
    text: `def l2(values: Tensor, target: Tensor) -> Share:
    """The difference squared."""
    x, known = difference(values, target)
    return Share(x.square().sum(), known.sum() * values.shape[1])
`,
  },
  huber: {
    needs: ["difference"],
    text: `def huber(values: Tensor, target: Tensor, threshold: float) -> Share:
    """x^2 / 2 up to the threshold, a straight line beyond (Huber 1964)."""
    x, known = difference(values, target)
    losses = F.huber_loss(x, torch.zeros_like(x), reduction="sum", delta=threshold)
    return Share(losses, known.sum() * values.shape[1])
`,
  },
  berhu: {
    needs: ["difference"],
    text: `def berhu(values: Tensor, target: Tensor) -> Share:
    """|x| up to c, (x^2 + c^2) / (2 c) beyond; c is a fifth of the largest |x|.

    Laina et al. 2016, equations 1 and 2.
    """
    x, known = difference(values, target)
    size = x.abs()
    largest = size.detach().max() if size.numel() > 0 else size.new_zeros(())
    limit = (largest / 5).clamp(min=1e-6)
    curve = (x.square() + limit.square()) / (2 * limit)
    losses = torch.where(size > limit, curve, size)
    return Share(losses.sum(), known.sum() * values.shape[1])
`,
  },
  scale_invariant: {
    needs: ["difference"],
    text: `def scale_invariant(values: Tensor, target: Tensor, balance: float) -> Share:
    """sum(x^2) / n - balance (sum(x) / n)^2 of each image, of logarithms.

    Eigen et al. 2014, equation 4.
    """
    x, known = difference(values, target)
    count = known.sum((1, 2, 3))
    n = count.clamp(min=1)
    squares, means = x.square().sum((1, 2, 3)) / n, x.sum((1, 2, 3)) / n
    losses = squares - balance * means.square()
    return Share(losses.sum(), (count > 0).to(x.dtype).sum())
`,
  },
  cosine: {
    needs: ["known_values"],
    text: `def cosine(values: Tensor, target: Tensor) -> Share:
    """1 - the cosine of the angle to the target, which has the length 1."""
    wanted, known = known_values(target)
    length = (values.square().sum(1, keepdim=True) + 1e-12).sqrt()
    losses = 1 - (values / length * wanted).sum(1, keepdim=True)
    return Share((losses * known).sum(), known.sum())
`,
  },
  total_variation: {
    needs: [],
    text: `def total_variation(values: Tensor) -> Share:
    """|dy| + |dx| between neighbours of the prediction, over all its values.

    Rudin, Osher & Fatemi 1992, with the sum of both axes.
    """
    down = (values[:, :, 1:] - values[:, :, :-1]).abs().sum()
    across = (values[:, :, :, 1:] - values[:, :, :, :-1]).abs().sum()
    return Share(down + across, values.new_tensor(values.numel()))
`,
  },
};
