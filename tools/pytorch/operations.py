"""Each operation of the description by PyTorch's own function: a feature map from those it reads, [images, channels, height, width]."""
import math

import torch
from torch.nn import functional


class Unsupported(Exception):
    """PyTorch has no function for this."""


def first(value):
    return value[0] if isinstance(value, tuple) else value


def padded(x, margins, value=0.0):
    """x and what PyTorch's own symmetric padding may do; margins: [[top, bottom], [left, right]]."""
    (top, bottom), (left, right) = margins
    if top == bottom and left == right and min(top, left) >= 0:
        return x, (top, left)
    return functional.pad(x, (left, right, top, bottom), value=value), (0, 0)


def conv(network, node, x):
    a = node["attributes"]
    x, padding = padded(x, margins(a["padding"]))
    weight, bias = network.weight(node, "weight"), network.weight(node, "bias")
    return functional.conv2d(x, weight, bias, a["stride"], padding, a["dilation"], a["groups"])


def transposed_conv(network, node, x):
    a = node["attributes"]
    (top, bottom), (left, right) = margins(a["padding"])
    weight, bias = network.weight(node, "weight"), network.weight(node, "bias")
    if network.sub_pixel.get(node["id"], False):
        kernels = weight if node["id"] in network.prepared else sub_pixel_kernels(weight, a["kernel"], a["stride"])
        y = by_sub_pixels(x, kernels, bias, a["kernel"], a["stride"])
    else:
        y = functional.conv_transpose2d(x, weight, bias, a["stride"], 0, 0, a["groups"])
    height, width = y.shape[2:]
    return y[:, :, top : height - bottom, left : width - right]


def has_sub_pixels(node):
    """Whether a transposed convolution can be a convolution with pixel shuffle."""
    a = node["attributes"]
    return node["operation"] == "transposed_conv" and a["groups"] == 1 and a["stride"][0] == a["stride"][1] > 1


def sub_pixel_taps(kernel, stride):
    """Elements of the convolution's kernel along each axis, and how many rows and columns it gives too many."""
    taps = [math.ceil(extent / stride) for extent in kernel]
    return taps, [taps[axis] * stride - kernel[axis] for axis in (0, 1)]


def sub_pixel_kernels(weight, kernel, stride):
    """Those of the convolution to stride² times the channels."""
    stride = stride[0]
    taps, spare = sub_pixel_taps(kernel, stride)
    inputs, outputs = weight.shape[:2]
    whole = functional.pad(weight, (0, spare[1], 0, spare[0])) if any(spare) else weight
    # [in, out, taps, stride, taps, stride] → [out, stride, stride, in, taps, taps], taps reversed
    split = whole.reshape(inputs, outputs, taps[0], stride, taps[1], stride)
    kernels = split.permute(1, 3, 5, 0, 2, 4).reshape(outputs * stride * stride, inputs, *taps)
    return kernels if taps == [1, 1] else kernels.flip(2, 3)


def by_sub_pixels(x, kernels, bias, kernel, stride):
    stride = stride[0]
    taps, spare = sub_pixel_taps(kernel, stride)
    # added by the convolution: no pass of its own over the larger feature map
    biases = None if bias is None else bias.repeat_interleave(stride * stride)
    y = functional.pixel_shuffle(functional.conv2d(x, kernels, biases, 1, (taps[0] - 1, taps[1] - 1)), stride)
    return y[:, :, : y.shape[2] - spare[0], : y.shape[3] - spare[1]] if any(spare) else y


def dense(network, node, x):
    return functional.conv2d(x, network.weight(node, "weight"), network.weight(node, "bias"))


def maxpool(network, node, x):
    a = node["attributes"]
    x, padding = padded(x, margins(a["padding"]), -math.inf)
    if padding == (0, 0) and node["id"] in network.pools and any(sum(side) > 0 for side in margins(a["padding"])):
        raise Unsupported("places of a pool whose margins differ")
    places = node["id"] in network.pools
    return functional.max_pool2d(x, a["kernel"], a["stride"], padding, a["dilation"], a["ceil"], places)


def unpool(network, node, x, pool, _):
    values, places = pool
    height, width = node["shape"][1:]
    a = node["attributes"]
    if any(sum(side) > 0 for side in margins(a["padding"])) or a["kernel"] != a["stride"]:
        flat = torch.zeros(*x.shape[:2], height * width, dtype=x.dtype)
        return flat.scatter_add(2, places.flatten(2), x.flatten(2)).reshape(*x.shape[:2], height, width)
    return functional.max_unpool2d(first(x), places, a["kernel"], a["stride"], 0, (height, width))


def avgpool(network, node, x):
    a = node["attributes"]
    if list(a["dilation"]) != [1, 1]:
        raise Unsupported("avgpool with dilation")
    (top, bottom), (left, right) = margins(a["padding"])
    if top != bottom or left != right:
        raise Unsupported("avgpool with margins that differ")
    return functional.avg_pool2d(x, a["kernel"], a["stride"], (top, left), a["ceil"], False)


def adaptive_pool(network, node, x):
    a = node["attributes"]
    pool = functional.adaptive_max_pool2d if a["kind"] == "max" else functional.adaptive_avg_pool2d
    return pool(x, a["bins"])


def global_pool(network, node, x):
    return x.amax((2, 3), True) if node["attributes"]["kind"] == "max" else x.mean((2, 3), True)


def resize(network, node, x, *_):
    a = node["attributes"]
    size = node["shape"][1:]
    if a["mode"] == "area":
        return functional.interpolate(x, size, mode="area")
    if a["mode"] == "nearest":
        if a["alignCorners"]:
            raise Unsupported("nearest with aligned corners")
        return functional.interpolate(x, size, mode="nearest")
    return functional.interpolate(x, size, mode="bilinear", align_corners=a["alignCorners"])


def square(factor):
    if factor[0] != factor[1]:
        raise Unsupported("a factor that differs by axis")
    return factor[0]


def batchnorm(network, node, x):
    a = node["attributes"]
    mean, variance = network.weight(node, "running_mean"), network.weight(node, "running_variance")
    batch = network.training and not a["frozen"]
    scale, shift = network.weight(node, "scale"), network.weight(node, "shift")
    return functional.batch_norm(x, mean, variance, scale, shift, batch, 1 - a["momentum"], a["epsilon"])


def instancenorm(network, node, x):
    scale, shift = network.weight(node, "scale"), network.weight(node, "shift")
    return functional.instance_norm(x, None, None, scale, shift, True, 0, node["attributes"]["epsilon"])


def groupnorm(network, node, x):
    a = node["attributes"]
    scale, shift = network.weight(node, "scale"), network.weight(node, "shift")
    return functional.group_norm(x, a["groups"], scale, shift, a["epsilon"])


def layernorm(network, node, x):
    scale, shift = network.weight(node, "scale"), network.weight(node, "shift")
    last = functional.layer_norm(x.permute(0, 2, 3, 1), x.shape[1:2], scale, shift, node["attributes"]["epsilon"])
    return last.permute(0, 3, 1, 2)


def layer_scale(network, node, x):
    return x * network.weight(node, "factor")[:, None, None]


def attend(network, node, *maps):
    heads = node["attributes"]["heads"]
    query, key, value = (one.reshape(one.shape[0], heads, one.shape[1] // heads, -1) for one in maps)
    shares = torch.softmax(torch.einsum("bhcq,bhck->bhqk", query, key), 3)
    return torch.einsum("bhqk,bhck->bhcq", shares, value).reshape(-1, *node["shape"])


def gather(network, node, x, regions):
    total = torch.einsum("bcyx,bkyx->bck", x, regions)
    return (total / (x.shape[2] * x.shape[3]) if node["attributes"]["mean"] else total)[..., None]


def distribute(network, node, x, gathered):
    return torch.einsum("bkyx,bck->bcyx", x, gathered[..., 0])


def lrn(network, node, x):
    a = node["attributes"]
    return functional.local_response_norm(x, a["size"], a["alpha"], a["beta"], a["k"])


def dropout(network, node, x):
    a = node["attributes"]
    if not network.dropout:
        return x
    if a["drops"] == "images":
        return x * functional.dropout(torch.ones_like(x[:, :1, :1, :1]), a["rate"], network.training)
    drop = functional.dropout2d if a["drops"] == "channels" else functional.dropout
    return drop(x, a["rate"], network.training)


def total(combine):
    def of(network, node, *maps):
        result = maps[0]
        for other in maps[1:]:
            result = combine(result, other)
        return result

    return of


def crop_to(network, node, x, _):
    (top, left), (height, width) = node["cut"], node["shape"][1:]
    return x[:, :, top : top + height, left : left + width]


def crop(network, node, x):
    (top, bottom), (left, right) = margins(node["attributes"]["margins"])
    return x[:, :, top : x.shape[2] - bottom, left : x.shape[3] - right]


def pad(network, node, x):
    (top, bottom), (left, right) = margins(node["attributes"]["margins"])
    mode = {"zeros": "constant", "constant": "constant", "reflect": "reflect", "edge": "replicate"}[node["attributes"]["mode"]]
    return functional.pad(x, (left, right, top, bottom), mode, node["attributes"]["value"])


def margins(per_axis):
    return [(one["before"], one["after"]) for one in per_axis]


def activation(of):
    return lambda network, node, x: of(x, node["attributes"])


operations = {
    "input": None,
    "conv": conv,
    "transposed_conv": transposed_conv,
    "dense": dense,
    "maxpool": maxpool,
    "avgpool": avgpool,
    "adaptive_pool": adaptive_pool,
    "global_pool": global_pool,
    "unpool": unpool,
    "resize": resize,
    "resize_to": resize,
    "pixel_shuffle": lambda network, node, x: functional.pixel_shuffle(x, square(node["attributes"]["factor"])),
    "pixel_unshuffle": lambda network, node, x: functional.pixel_unshuffle(x, square(node["attributes"]["factor"])),
    "batchnorm": batchnorm,
    "instancenorm": instancenorm,
    "groupnorm": groupnorm,
    "layernorm": layernorm,
    "layer_scale": layer_scale,
    "lrn": lrn,
    "prelu": lambda network, node, x: functional.prelu(x, network.weight(node, "slope")),
    "softmax": lambda network, node, x: torch.softmax(x, 1),
    "spatial_softmax": lambda network, node, x: torch.softmax(x.flatten(2), 2).reshape(x.shape),
    "channel_pool": lambda network, node, x: x.amax(1, True) if node["attributes"]["kind"] == "max" else x.mean(1, True),
    "channel_shuffle": lambda network, node, x: functional.channel_shuffle(x, node["attributes"]["groups"]),
    "attend": attend,
    "gather": gather,
    "distribute": distribute,
    "dropout": dropout,
    "concat": lambda network, node, *maps: torch.cat(maps, 1),
    "add": total(torch.add),
    "subtract": total(torch.sub),
    "multiply": total(torch.mul),
    "maximum": total(torch.maximum),
    "minimum": total(torch.minimum),
    "crop_to": crop_to,
    "crop": crop,
    "pad": pad,
    "relu": lambda network, node, x: functional.relu(x, node["id"] in network.in_place),
    "relu6": activation(lambda x, _: functional.relu6(x)),
    "sigmoid": activation(lambda x, _: torch.sigmoid(x)),
    "tanh": activation(lambda x, _: torch.tanh(x)),
    "abs": activation(lambda x, _: torch.abs(x)),
    "affine": activation(lambda x, a: a["factor"] * x + a["shift"]),
    "leaky_relu": activation(lambda x, a: functional.leaky_relu(x, a["slope"])),
    "elu": activation(lambda x, a: functional.elu(x, a["alpha"])),
    "gelu": activation(lambda x, _: functional.gelu(x)),
    "swish": activation(lambda x, _: functional.silu(x)),
    "softplus": activation(lambda x, _: functional.softplus(x)),
}
