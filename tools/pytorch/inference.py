"""A network as PyTorch predicts it fastest: what depends on the weights alone is computed once."""
import torch

from operations import sub_pixel_kernels


def prepare(network):
    """Folds each batch normalisation into the convolution before it, and rearranges the kernels of pixel shuffle."""
    with torch.no_grad():
        for node in network.nodes:
            if node["operation"] not in ("conv", "transposed_conv"):
                continue
            own = {name: network.weight(node, name) for name in ("weight", "bias")}
            after = [one for one in network.nodes if one["inputs"] == [node["id"]] and one["operation"] == "batchnorm"]
            if after and network.uses(node["id"]) == 1:
                own = folded(network, node, own, after[0])
                network.passes.add(after[0]["id"])
            if network.sub_pixel.get(node["id"], False):
                a = node["attributes"]
                kernels = sub_pixel_kernels(own["weight"], a["kernel"], a["stride"])
                own["weight"] = kernels.contiguous(memory_format=torch.channels_last)
            network.prepared[node["id"]] = own
    return network


def folded(network, node, own, normalisation):
    """Weight and bias of a convolution that normalises what it gives."""
    mean, variance, scale, shift = (
        network.weight(normalisation, name) for name in ("running_mean", "running_variance", "scale", "shift")
    )
    factor = torch.rsqrt(variance + normalisation["attributes"]["epsilon"])
    factor = factor if scale is None else factor * scale
    bias = -mean * factor if own["bias"] is None else (own["bias"] - mean) * factor
    groups = node["attributes"]["groups"]
    if node["operation"] == "conv":
        weight = own["weight"] * factor.reshape(-1, 1, 1, 1)
    else:  # [in, out of a group, height, width]
        weight = own["weight"] * factor.reshape(groups, -1).repeat_interleave(
            own["weight"].shape[0] // groups, 0
        ).unsqueeze(-1).unsqueeze(-1)
    return {"weight": weight, "bias": bias if shift is None else bias + shift}


def scripted(network, inputs):
    """The predictions as TorchScript, frozen and optimised for this processor."""
    names = list(inputs)

    class Predictor(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, *maps):
            return tuple(self.network.predict(dict(zip(names, maps))).values())

    given = tuple(inputs.values())
    traced = torch.jit.trace(Predictor().eval(), given, check_trace=False)
    optimised = torch.jit.optimize_for_inference(torch.jit.freeze(traced))
    return lambda: optimised(*given)
