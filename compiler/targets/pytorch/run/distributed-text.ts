/** `distributed.py`: several processes as one. */
export const distributedText = `"""Several processes as one: sums over them, whole batches, batch normalisation."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import Any, List, Tuple

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.autograd import Function


@dataclass(frozen=True)
class Processes:
    """This process among those that torchrun started."""

    rank: int
    count: int
    local_rank: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        return self.rank == 0


def start(device: str = "auto") -> Processes:
    """Joins the other processes: nccl between GPUs, gloo otherwise."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    local_rank = int(os.environ.get("LOCAL_RANK", "0"))
    chosen = chosen_device(device, local_rank, count)
    if chosen.type == "cuda":
        torch.cuda.set_device(chosen)
    if count > 1 and not dist.is_initialized():
        if os.environ.get("LOCAL_WORLD_SIZE") == str(count):
            stay_on_this_machine()
        dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    return Processes(int(os.environ.get("RANK", "0")), count, local_rank, chosen)


def stay_on_this_machine() -> None:
    """Whatever its network says of the machine's name, and whichever goes down."""
    os.environ["MASTER_ADDR"] = "127.0.0.1"
    for _, interface in socket.if_nameindex():
        if interface in ("lo", "lo0"):
            os.environ.setdefault("GLOO_SOCKET_IFNAME", interface)


def chosen_device(device: str, local_rank: int, count: int) -> torch.device:
    """ "auto": a GPU for each process where there is one, else the CPU."""
    if device == "mps" and not torch.backends.mps.is_available():
        raise ValueError("PyTorch finds no Metal device here: use --device cpu")
    if device not in ("auto", "cuda"):
        return torch.device(device)
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if gpus > local_rank:
        return torch.device("cuda", local_rank)
    if gpus == 0 and device == "cuda":
        raise ValueError("PyTorch finds no CUDA device here: use --device cpu")
    if gpus > 0:
        raise ValueError(
            f"process {local_rank} of this machine has no GPU of its own: it has {gpus}; "
            f"start at most {gpus} processes here, or use --device cpu"
        )
    if count == 1 and torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def stop() -> None:
    if dist.is_initialized():
        dist.destroy_process_group()


def are_several() -> bool:
    return dist.is_initialized() and dist.get_world_size() > 1


def sum_over(values: Tensor, processes: Processes) -> Tensor:
    """The sum over all processes, in float64 on the CPU."""
    values = values.detach().to("cpu", torch.float64, copy=True)
    if not are_several():
        return values
    summed = values.to(processes.device)
    dist.all_reduce(summed)
    return summed.cpu()


def wait_for_all() -> None:
    if are_several():
        dist.barrier()


class Gathered(Function):
    """The whole batch from the shares of all processes.

    What is computed from it is computed by every process, so that each takes only the
    gradient of its own share.
    """

    @staticmethod
    def forward(ctx: Any, *shares: Tensor, **_: Any) -> Tensor:
        (share,) = shares
        sizes = [
            torch.zeros((), dtype=torch.int64) for _ in range(dist.get_world_size())
        ]
        sizes = [size.to(share.device) for size in sizes]
        dist.all_gather(sizes, torch.tensor(len(share), device=share.device))
        counts = [int(size) for size in sizes]
        rest = share.shape[1:]
        padded = share.new_zeros((max(counts), *rest))
        padded[: len(share)] = share
        parts = [torch.empty_like(padded) for _ in counts]
        dist.all_gather(parts, padded)
        begin = sum(counts[: dist.get_rank()])
        ctx.own = slice(begin, begin + len(share))
        return torch.cat([part[:count] for part, count in zip(parts, counts)])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return gradients[0][ctx.own]


def whole_batch(share: Tensor) -> Tensor:
    if not are_several():
        return share
    gathered: Tensor = Gathered.apply(share.contiguous())
    return gathered


class SumOverProcesses(Function):
    """The sum over all processes; its gradient is the sum of theirs."""

    @staticmethod
    def forward(ctx: Any, *values: Tensor, **_: Any) -> Tensor:
        summed = values[0].clone()
        dist.all_reduce(summed)
        return summed

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        summed = gradients[0].contiguous().clone()
        dist.all_reduce(summed)
        return summed


class SynchronisedBatchNorm(nn.BatchNorm2d):
    """Batch normalisation over the batch of all processes, on the CPU too.

    \`nn.SyncBatchNorm\` does this on GPUs and refuses the CPU.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not (self.training and are_several()):
            return super().forward(x)
        local = x.new_tensor([x.numel() // x.shape[1]])
        sums: Tensor = SumOverProcesses.apply(torch.cat([x.sum((0, 2, 3)), local]))
        count = sums[-1].detach()
        if count <= 1:
            raise ValueError("batch normalisation needs more than one value a channel")
        mean = sums[:-1] / count
        centred = x - mean[:, None, None]
        squares: Tensor = SumOverProcesses.apply(centred.square().sum((0, 2, 3)))
        variance = squares / count
        self._average(mean.detach(), variance.detach() * count / (count - 1))
        scaled = centred * (variance + self.eps).rsqrt()[:, None, None]
        if self.weight is None:
            return scaled
        return scaled * self.weight[:, None, None] + self.bias[:, None, None]

    def _average(self, mean: Tensor, variance: Tensor) -> None:
        if self.running_mean is None or self.running_var is None:
            return
        if self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
        share = self.momentum
        if share is None:
            share = 1 / float(self.num_batches_tracked or 1)
        self.running_mean.lerp_(mean.to(self.running_mean), share)
        self.running_var.lerp_(variance.to(self.running_var), share)


def synchronised(network: nn.Module, processes: Processes) -> nn.Module:
    """The network with its batch normalisations over all processes."""
    if processes.count == 1:
        return network
    found: List[Tuple[nn.Module, str, nn.BatchNorm2d]] = []
    for module in network.modules():
        for name, child in module.named_children():
            if type(child) is nn.BatchNorm2d:
                found.append((module, name, child))
    for module, name, child in found:
        if processes.device.type == "cuda":
            setattr(module, name, nn.SyncBatchNorm.convert_sync_batchnorm(child))
        else:
            setattr(module, name, of_all_processes(child))
    return network


def of_all_processes(norm: nn.BatchNorm2d) -> SynchronisedBatchNorm:
    """The same parameters and statistics."""
    made = SynchronisedBatchNorm(
        norm.num_features,
        norm.eps,
        norm.momentum,
        norm.affine,
        norm.track_running_stats,
    )
    made.weight, made.bias = norm.weight, norm.bias
    made.running_mean, made.running_var = norm.running_mean, norm.running_var
    made.num_batches_tracked = norm.num_batches_tracked
    made.train(norm.training)
    return made
`;
