/** `run.py`: the loop of a run. */
export const runText = `"""The loop of a run: steps, the log, validation, the best weights, checkpoints."""

from __future__ import annotations

import json
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Protocol, Sequence

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader

from . import settings
from .building import (
    frozen_names,
    make_loss,
    make_network,
    make_optimizer,
    read_origin,
    set_training,
    trained_names,
)
from .checkpoints import (
    Progress,
    Run,
    keep_checkpoint,
    read_checkpoint,
    weights_of,
    without_nan,
    write_best,
    write_checkpoint,
)
from .data import Key, Samples, batches, collate
from .distributed import Processes, sum_over, wait_for_all
from .optimizer import LEARNING_RATE
from .record import record_run
from .reporting import Reporter
from .run_log import RunLog
from .sampling import Shares, share_of
from .schedules import Clock, after_validation, learning_rate
from .tally import Tally, kept_value
from .updates import NotFinite, Part, Updates
from .validation import Validated, exchange, validate


@dataclass(frozen=True)
class Options:
    """Of the command line."""

    out: Path
    data: Optional[Path] = None
    epochs: int = settings.EPOCHS
    stop_after: Optional[int] = None
    device: str = "auto"
    precision: str = "auto"
    threads: Optional[int] = None
    loaders: Optional[int] = None
    checkpoint_every: float = 10.0
    keep_checkpoints: int = 3
    events: bool = False

    def data_loaders(self, processes: Processes) -> int:
        """Processes that read ahead; where the CPU trains, it has no time for them."""
        if self.loaders is not None:
            return self.loaders
        if processes.device.type == "cpu":
            return 0
        return min(4, (os.cpu_count() or 1) // processes.count)


class Asked(Protocol):
    """Whether somebody asked this process to end the run."""

    asked: bool


class TrainingRun:
    """A run in its folder, from its checkpoint where there is one."""

    def __init__(
        self, options: Options, processes: Processes, reporter: Reporter, stop: Asked
    ) -> None:
        self.options = options
        self.processes = processes
        self.reporter = reporter
        self.stop = stop
        self.training = Samples("train", options.data, augment=True, seed=settings.SEED)
        self.validation = Samples("validate", options.data)
        self.network = make_network(processes)
        self.trained = trained_names(self.network)
        origin = read_origin(self.training)
        self.origin = origin
        self.run_state = Run(
            self.network,
            make_optimizer(self.network),
            self.new_averages(),
            origin.metadata,
            origin.plan,
        )
        self.log = RunLog(options.out / "metrics.jsonl", processes)
        self.tally = Tally(processes)
        self.progress = self.resumed()
        self.check_agreement()
        self.loss = make_loss(self.run_state.metadata, processes)
        self.updates = Updates(self.network, self.loss, processes, self.precision())
        self.frozen: Optional[FrozenSet[str]] = None
        self.written = time.monotonic()
        self.started = time.monotonic()
        self.seconds_before = self.progress.seconds
        self.steps_per_epoch = math.ceil(len(self.batches(0)) / settings.ACCUMULATE)

    def run(self) -> None:
        self.begin()
        ended = "finished"
        while self.progress.epoch < self.options.epochs:
            if self.without_improvement():
                ended = "early"
                break
            if self.progress.epoch >= (self.options.stop_after or math.inf):
                ended = "paused"
                break
            if not (self.train_epoch() and self.end_epoch()):
                self.write_checkpoint()
                ended = "interrupted"
                break
        best = None if self.progress.best is None else self.progress.best["metrics"]
        facts = {"epochs": self.progress.epoch, "steps": self.progress.step}
        self.reporter.event(
            "ended", ended=ended, **facts, seconds=self.seconds(), best=best
        )

    def begin(self) -> None:
        checkpoint = self.options.out / "checkpoint.safetensors"
        if self.processes.is_first:
            self.options.out.mkdir(parents=True, exist_ok=True)
            self.log.restore(self.progress.step, self.progress.epoch)
            if not self.options.events:  # fcn writes its own
                record_run(
                    self.options.out / "run.json",
                    self.run_state.metadata,
                    json.loads(self.run_state.plan),
                    self.origin.settings,
                    self.progress.step,
                    self.processes,
                )
            if not checkpoint.exists():
                write_checkpoint(checkpoint, self.run_state, self.progress)
        wait_for_all()
        plan = {
            "trainingImages": len(self.training),
            "validationImages": len(self.validation),
            "stepsPerEpoch": self.steps_per_epoch,
            "epochs": self.options.epochs,
            "step": self.progress.step,
        }
        device = f"{self.processes.count} x {self.processes.device.type}"
        self.reporter.event("begins", plan=plan, device=device)

    def resumed(self) -> Progress:
        checkpoint = self.options.out / "checkpoint.safetensors"
        if not checkpoint.exists():
            return Progress()
        progress, metrics = read_checkpoint(checkpoint, self.run_state)
        self.tally.resume(progress, metrics)
        return progress

    def check_agreement(self) -> None:
        """Raises ValueError where processes resume from different checkpoints."""
        step = torch.tensor([float(self.progress.step)])
        if float(sum_over(step, self.processes)[0]) != step * self.processes.count:
            raise ValueError(
                f"{self.options.out} is not the same folder for all processes: --out must "
                "be on a disk that all machines share"
            )

    def train_epoch(self) -> bool:
        """False: somebody asked to end the run before the epoch's last step."""
        if self.tally.steps == self.steps_per_epoch:
            return True  # interrupted while validating
        self.freeze()
        update = self.run_state.optimizer
        before = time.monotonic()
        for parts in self.parts():
            rate = self.set_rates()
            update.zero_grad(set_to_none=True)
            result = self.updates.backward(parts, self.stop.asked)
            self.clip()
            update.step()
            self.average()
            self.progress.step += 1
            now = time.monotonic()
            images = sum(part.images for part in parts)
            self.tally.count(
                result, [part.targets for part in parts], images, now - before
            )
            before = now
            group = max(1, math.floor(self.steps_per_epoch / 10 + 0.5))
            if (
                self.tally.steps % group == 0
                or self.tally.steps == self.steps_per_epoch
            ):
                self.log_group(rate)
            self.report_step()
            if self.is_checkpoint_due():
                self.write_checkpoint()
            if result.stop:
                return False
        return True

    def freeze(self) -> None:
        """Wraps the network again where other weights are trained than before."""
        frozen = frozenset(frozen_names(self.network, self.progress.epoch + 1))
        set_training(self.network, self.trained, frozen)
        if frozen == self.frozen:
            return
        self.frozen = frozen
        if self.processes.count == 1:
            return
        on_gpu = self.processes.device.type == "cuda"
        self.updates.network = DistributedDataParallel(
            self.network,
            device_ids=[self.processes.device] if on_gpu else None,
            broadcast_buffers=False,
            find_unused_parameters=settings.HAS_UNTRAINED,
        )

    def parts(self) -> Iterator[List[Part]]:
        """The batches of each update that is left in the epoch."""
        every = settings.ACCUMULATE
        left = self.batches(self.progress.epoch)[self.tally.steps * every :]
        loader = self.loader(left)
        group: List[Part] = []
        for batch, (inputs, targets) in zip(left, loader):
            own = len(share_of(batch, self.processes.rank, self.processes.count))
            group.append(self.updates.part(inputs, targets, own, len(batch)))
            if len(group) == every:
                yield group
                group = []
        if group:
            yield group

    def batches(self, epoch: int) -> List[List[Key]]:
        return batches(self.training, settings.BATCH, epoch, settings.LAST_BATCH)

    def loader(self, left: Sequence[Sequence[Key]]) -> Any:
        own = self.processes
        return DataLoader(
            self.training,
            batch_sampler=Shares(left, own.rank, own.count),
            collate_fn=collate,
            num_workers=self.options.data_loaders(own),
            pin_memory=own.device.type == "cuda",
        )

    def set_rates(self) -> float:
        for group in self.run_state.optimizer.param_groups:
            group["lr"] = self.rate_of(self.progress.step, group["initial_lr"])
        return self.rate_of(self.progress.step, LEARNING_RATE)

    def rate_of(self, step: int, initial: float) -> float:
        steps = self.options.epochs * self.steps_per_epoch
        clock = Clock(step, steps, self.steps_per_epoch)
        states = self.progress.schedule
        return learning_rate(settings.SCHEDULE, initial, clock, states)

    def clip(self) -> None:
        """Raises NotFinite where a gradient is not a finite number."""
        trained = [one for one in self.network.parameters() if one.grad is not None]
        norms = [
            one.grad.detach().float().norm() for one in trained if one.grad is not None
        ]
        if norms and not bool(torch.isfinite(torch.stack(norms)).all()):
            raise NotFinite(f"the gradient of step {self.progress.step + 1}")
        for kind, most in settings.CLIP:
            if kind == "norm":
                nn.utils.clip_grad_norm_(trained, most)
            else:
                nn.utils.clip_grad_value_(trained, most)

    def new_averages(self) -> Dict[str, Tensor]:
        if settings.AVERAGE_DECAY is None:
            return {}
        statistics = ("running_mean", "running_variance")
        return {
            name: own.clone()
            for name, own in weights_of(self.network).items()
            if name in self.trained or name.endswith(statistics)
        }

    @torch.no_grad()
    def average(self) -> None:
        """Exponential, of a decay that rises to that of the program."""
        if settings.AVERAGE_DECAY is None:
            return
        done = self.progress.step
        share = 1 - min(settings.AVERAGE_DECAY, (1 + done) / (10 + done))
        weights = weights_of(self.network)
        for name, average in self.run_state.averages.items():
            average.lerp_(weights[name], share)

    def end_epoch(self) -> bool:
        """Validates and writes; False: somebody asked to end the run before."""
        progress = self.progress
        loss: Optional[float] = None
        losses, metrics = self.tally.losses(), self.tally.metrics()
        if len(self.validation) > 0:
            validated = self.validated()
            if validated is None:
                return False
            losses, metrics = validated
            loss = sum(losses.values())
        training = self.tally.metrics()
        rate = self.rate_of(progress.step - 1, LEARNING_RATE)
        progress.epoch += 1
        outputs = metrics.values()
        classes = metrics.classes()
        overall = self.tally.loss if loss is None else loss
        value = kept_value(outputs, classes, overall, losses)
        better = self.is_better(value)
        measured: Dict[str, Any] = {
            "network": self.run_state.metadata["network"],
            "epoch": progress.epoch,
            "step": progress.step,
            "loss": overall,
            "measured_on": "training" if loss is None else "validation",
            "outputs": outputs,
            "classes": classes,
            "losses": losses,
        }
        measured = without_nan(measured)
        progress.last = {"value": value, "metrics": measured}
        if better:
            progress.best = {
                "value": value,
                "epoch": progress.epoch,
                "metrics": measured,
            }
        line = {
            "kind": "epoch",
            "epoch": progress.epoch,
            "step": progress.step,
            "loss": self.tally.loss,
            "rate": rate,
            "validation_loss": loss,
            "outputs": outputs,
            "losses": losses,
            "class_iou": {
                name: [one["iou"] for one in report["classes"]]
                for name, report in measured["classes"].items()
            },
            "training": training.values(),
            "best": better,
            "images_per_second": self.tally.images_per_second,
            "seconds": self.seconds(),
        }
        lower = settings.KEEP_LOWER
        progress.schedule = after_validation(
            settings.SCHEDULE, progress.schedule, value, lower
        )
        self.tally = Tally(self.processes)
        self.log.add(line)
        self.write_checkpoint()
        if better and self.processes.is_first:
            write_best(self.options.out, self.run_state, progress, measured)
        self.reporter.event("epoch", line=line)
        return True

    def validated(self) -> Optional[Validated]:
        self.network.eval()
        exchange(self.network, self.run_state.averages)
        found = validate(
            self.validation,
            self.options.data_loaders(self.processes),
            self.updates,
            lambda: self.stop.asked,
            lambda done: self.reporter.event(
                "validating", done=done, of=len(self.validation)
            ),
        )
        exchange(self.network, self.run_state.averages)
        if found is not None and not math.isfinite(sum(found[0].values())):
            raise NotFinite(f"the validation loss after step {self.progress.step}")
        return found

    def is_better(self, value: Optional[float]) -> bool:
        if value is None:
            return False
        if self.progress.best is None:
            return True
        best = float(self.progress.best["value"])
        return value < best if settings.KEEP_LOWER else value > best

    def without_improvement(self) -> bool:
        patience, best = settings.PATIENCE, self.progress.best
        if patience is None or best is None:
            return False
        return self.progress.epoch - int(best["epoch"]) >= patience

    def is_checkpoint_due(self) -> bool:
        """As the first process says, so that all agree."""
        due = time.monotonic() - self.written >= 60 * self.options.checkpoint_every
        flag = torch.tensor([float(due and self.processes.is_first)])
        return float(sum_over(flag, self.processes)[0]) > 0

    def write_checkpoint(self) -> None:
        """By the first process; the others wait until it is whole."""
        metrics = self.tally.summed_state()
        progress = self.progress
        self.tally.fill(progress)
        progress.seconds = self.seconds()
        if self.processes.is_first:
            file = self.options.out / "checkpoint.safetensors"
            write_checkpoint(file, self.run_state, progress, metrics)
            if progress.step_in_epoch == 0 and progress.epoch > 0:
                folder = self.options.out / "checkpoints"
                most = self.options.keep_checkpoints
                keep_checkpoint(file, folder, progress.epoch, most)
        wait_for_all()
        self.written = time.monotonic()
        self.reporter.event("checkpoint", step=progress.step, epoch=progress.epoch)

    def log_group(self, rate: float) -> None:
        loss, pace = self.tally.take_group()
        line = {
            "kind": "steps",
            "epoch": self.progress.epoch + 1,
            "step": self.progress.step,
            "loss": loss,
            "rate": rate,
            "training": self.tally.metrics().values(),
            "images_per_second": pace,
            "seconds": self.seconds(),
        }
        self.log.add(line)
        self.reporter.event("steps", line=line)

    def report_step(self) -> None:
        progress = {
            "epoch": self.progress.epoch + 1,
            "step": self.progress.step,
            "stepInEpoch": self.tally.steps,
            "loss": self.tally.loss,
            "imagesPerSecond": self.tally.images_per_second,
        }
        self.reporter.event("step", progress=progress)

    def seconds(self) -> float:
        return self.seconds_before + time.monotonic() - self.started

    def precision(self) -> torch.dtype:
        """Mixed precision where the GPU computes with bfloat16."""
        asked, device = self.options.precision, self.processes.device
        if asked == "auto":
            has = device.type == "cuda" and torch.cuda.get_device_capability(
                device
            ) >= (8, 0)
            return torch.bfloat16 if has else torch.float32
        return torch.bfloat16 if asked == "bfloat16" else torch.float32
`;
