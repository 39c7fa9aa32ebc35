"""Losses as PyTorch has them: means over the positions that are known."""
from torch.nn import functional

from operations import Unsupported


def loss_of(logits, outputs):
    """outputs: by name the target, the positions that count (of values), and terms, each a factor, a kind and its numbers."""
    total = 0
    for name, output in outputs.items():
        for term in output["terms"]:
            if term["kind"] not in losses:
                raise Unsupported(f'the loss {term["kind"]}')
            total = total + term["factor"] * losses[term["kind"]](logits[name], output, term)
    return total


def cross_entropy(map, output, term):
    target, weights, smoothing = output["target"], term.get("weights"), term.get("labelSmoothing", 0)
    if smoothing > 0 and (weights is not None or map.shape[1] == 1):
        raise Unsupported("label smoothing with class weights, or of one channel")
    weights = None if weights is None else map.new_tensor(weights)
    if map.shape[1] > 1:
        return functional.cross_entropy(map, target, weights, ignore_index=-1, reduction=term["reduction"], label_smoothing=smoothing)
    known = (target >= 0).to(map.dtype)
    if weights is not None:
        known = known * weights[target.clamp(min=0)]
    values = functional.binary_cross_entropy_with_logits(map[:, 0], target.clamp(min=0).to(map.dtype), reduction="none")
    sum = (values * known).sum()
    return sum if term["reduction"] == "sum" else sum / known.sum()


def over_values(of):
    def loss(map, output, term):
        valid = output["valid"].to(map.dtype).unsqueeze(1)
        return (of(map, output["target"].to(map.dtype), term) * valid).sum() / (valid.sum() * map.shape[1])

    return loss


losses = {
    "cross_entropy": cross_entropy,
    "l1": over_values(lambda map, target, _: (map - target).abs()),
    "l2": over_values(lambda map, target, _: (map - target).square()),
}
