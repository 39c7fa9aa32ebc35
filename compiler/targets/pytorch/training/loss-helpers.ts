/** What several losses need, in Python. */

export const lossHelpers = {
  log_probability: {
    needs: [],
    text: `def log_probability(logits: Tensor, classes: Tensor) -> Tensor:
    """log p of each position's class; one channel is the logit of class 1."""
    if logits.shape[1] == 1:
        sign = 2 * classes.to(logits.dtype) - 1
        return F.logsigmoid(sign * logits[:, 0])
    return -F.cross_entropy(logits, classes, reduction="none")
`,
  },
  overlap: {
    needs: [],
    text: `def overlap(
    logits: Tensor, classes: Tensor, squared: bool = False
) -> Tuple[Tensor, Tensor, Tensor]:
    """Of each class over the whole batch: sum(p t), sum(p) or sum(p^2), sum(t)."""
    known = (classes >= 0).to(logits.dtype)[:, None]
    if logits.shape[1] == 1:
        probabilities = torch.sigmoid(logits)
        labels = (classes == 1).to(logits.dtype)[:, None]
    else:
        probabilities = F.softmax(logits, dim=1)
        hot = F.one_hot(classes.clamp(min=0), logits.shape[1])
        labels = hot.permute(0, 3, 1, 2).to(logits.dtype) * known
    axes = (0, 2, 3)
    common = (probabilities * labels).sum(axes)
    counted = probabilities.square() if squared else probabilities
    return common, (counted * known).sum(axes), labels.sum(axes)


def over_classes(
    missed: Tensor, labelled: Tensor, weights: Optional[Tensor] = None
) -> Share:
    """The mean over the classes that occur; of one channel that channel's."""
    if len(missed) == 1:
        return Share(missed.sum(), missed.new_ones(()))
    there = (labelled > 0).to(missed.dtype)
    if weights is not None:
        there = there * weights.to(missed)
    return Share((missed * there).sum(), there.sum())
`,
  },
  difference: {
    needs: ["known_values"],
    text: `def difference(values: Tensor, target: Tensor) -> Tuple[Tensor, Tensor]:
    """Values minus target, 0 where that is unknown, and where it is known."""
    wanted, known = known_values(target)
    return (values - wanted) * known, known
`,
  },
  known_values: {
    needs: [],
    text: `def known_values(target: Tensor) -> Tuple[Tensor, Tensor]:
    """The target with 0 for NaN, and 1 at positions where no channel is NaN."""
    unknown = target.isnan()
    known = (~unknown.any(1, keepdim=True)).to(target.dtype)
    return target.masked_fill(unknown, 0.0), known
`,
  },
  border_weights: {
    needs: [],
    text: `def border_weights(
    classes: Array, strength: float, sigma: float, background: int
) -> Array:
    """Of one image, what its background positions weigh more; 0 elsewhere."""
    height, width = classes.shape
    # Beyond, less than 1e-5 of the strength.
    margin = math.ceil(sigma * math.sqrt(-2 * math.log(1e-5)))
    nearest = np.full((height, width), np.inf)
    second = nearest.copy()
    for rows, columns in regions_of(np.where(classes == background, -1, classes)):
        top, left = max(0, rows.min() - margin), max(0, columns.min() - margin)
        bottom = min(height, rows.max() + margin + 1)
        right = min(width, columns.max() + margin + 1)
        sites = np.zeros((bottom - top, right - left), bool)
        sites[rows - top, columns - left] = True
        found = squared_distances(sites)
        part = (slice(top, bottom), slice(left, right))
        second[part] = np.minimum(second[part], np.maximum(nearest[part], found))
        nearest[part] = np.minimum(nearest[part], found)
    apart = np.sqrt(nearest) + np.sqrt(second)
    added = strength * np.exp(-(apart**2) / (2 * sigma**2))
    return np.where(classes == background, added, 0.0)


def regions_of(values: Array) -> List[Tuple[Array, Array]]:
    """Rows and columns of the regions of a value from 0, by 4 neighbours."""
    inside = values >= 0
    places = np.arange(values.size).reshape(values.shape)
    down = (values[1:] == values[:-1]) & inside[1:]
    right = (values[:, 1:] == values[:, :-1]) & inside[:, 1:]
    one = np.concatenate([places[:-1][down], places[:, :-1][right]])
    other = np.concatenate([places[1:][down], places[:, 1:][right]])
    # The least place of the region, by merging and shortening ways to it.
    least = places.ravel()
    while (least[one] != least[other]).any():
        ends = np.sort([least[one], least[other]], axis=0)
        merged = least.copy()
        np.minimum.at(merged, ends[1], ends[0])
        while (merged != least).any():
            least, merged = merged, merged[merged]
    members = np.flatnonzero(inside)
    if len(members) == 0:
        return []
    members = members[least[members].argsort(kind="stable")]
    changes = np.flatnonzero(np.diff(least[members])) + 1
    return [np.divmod(one, values.shape[1]) for one in np.split(members, changes)]


def squared_distances(sites: Array) -> Array:
    """Of every position to the nearest site."""
    rows = np.arange(len(sites))[:, None]
    above = np.maximum.accumulate(np.where(sites, rows, -np.inf))
    below = np.minimum.accumulate(np.where(sites, rows, np.inf)[::-1])[::-1]
    vertical = np.minimum(rows - above, below - rows) ** 2
    found: Array = vertical.copy()
    for step in range(1, sites.shape[1]):
        if step**2 >= found.max():
            break
        for here, there in (
            (slice(step, None), slice(None, -step)),
            (slice(None, -step), slice(step, None)),
        ):
            moved = vertical[:, there] + step**2
            found[:, here] = np.minimum(found[:, here], moved)
    return found
`,
  },
} as const;

export type LossHelper = keyof typeof lossHelpers;
