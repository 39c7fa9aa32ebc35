/** `run.py`: the loop of a run. */
export const runText = `"""The loop of a run: steps, the log, validation, the best weights, checkpoints."""

from __future__ import annotations

import json
import math
import random
import time
from typing import FrozenSet, List, Optional, Tuple

import torch
from torch.nn.parallel import DistributedDataParallel

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
    write_best,
    write_checkpoint,
)
from .data import Samples
from .distributed import Processes, sum_over, wait_for_all
from .epochs import epoch_of, is_better, without_improvement
from .feeding import Feed
from .flat import update_of
from .gradients import clip, new_averages, update_averages
from .memory import keep_freed_memory
from .optimizer import LEARNING_RATE
from .options import Asked, Options
from .origin import NotFinite, loss_origin
from .record import record_run
from .reporting import Reporter
from .run_log import RunLog
from .schedules import Clock, after_validation, learning_rate
from .tally import Tally
from .updates import Part, Requests, Result, Updates
from .validation import Validated, exchange, validate
from .weights import set_normalisations


class TrainingRun:
    """A run in its folder, from its checkpoint where there is one."""

    def __init__(
        self, options: Options, processes: Processes, reporter: Reporter, stop: Asked
    ) -> None:
        self.options = options
        self.processes = processes
        self.reporter = reporter
        self.stop = stop
        if processes.device.type == "cpu":
            keep_freed_memory()
        self.training = Samples("train", options.data, augment=True, seed=settings.SEED)
        self.validation = Samples("validate", options.data)
        resumes = (options.out / "checkpoint.safetensors").exists()
        start = "none" if resumes else options.start_from
        self.network, loaded = make_network(processes, start)
        if loaded != "":
            reporter.event("note", message=loaded)
        self.trained = trained_names(self.network)
        origin = read_origin(self.training)
        self.origin = origin
        set_normalisations(self.network, origin.metadata)
        self.run_state = Run(
            self.network,
            make_optimizer(self.network),
            new_averages(self.network, self.trained),
            origin.metadata,
            origin.plan,
        )
        self.log = RunLog(options.out / "metrics.jsonl", processes)
        self.tally = Tally(processes)
        self.progress = self.resumed()
        optimizer = self.run_state.optimizer
        self.update_weights = update_of(optimizer, self.network, processes)
        # In the memory of the parameters and buffers: updates change both.
        self.weights = weights_of(self.network)
        self.check_agreement()
        self.loss = make_loss(self.run_state.metadata, processes)
        precision = options.precision_on(processes.device)
        self.updates = Updates(self.network, self.loss, processes, precision)
        loaders = options.data_loaders(processes)
        self.feed = Feed(self.training, self.updates, loaders)
        self.frozen: Optional[FrozenSet[str]] = None
        self.written = time.monotonic()
        self.started = time.monotonic()
        self.seconds_before = self.progress.seconds
        self.steps_per_epoch = self.feed.steps_per_epoch

    def run(self) -> None:
        self.begin()
        ended = "finished"
        while self.progress.epoch < self.options.epochs:
            if without_improvement(self.progress):
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
        count = self.processes.count
        processes = "1 process" if count == 1 else f"{count} processes"
        device = f"{processes} on {self.processes.device.type}"
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
        before = time.monotonic()
        for parts in self.feed.parts(self.progress.epoch, self.tally.steps):
            rate, result = self.update(parts)
            now = time.monotonic()
            self.tally.count(result, parts, now - before)
            before = now
            group = max(1, math.floor(self.steps_per_epoch / 10 + 0.5))
            if (
                self.tally.steps % group == 0
                or self.tally.steps == self.steps_per_epoch
            ):
                self.log_group(rate)
            self.report_step()
            if result.requests.checkpoint:
                self.write_checkpoint()
            if result.requests.stop:
                return False
        return True

    def update(self, parts: List[Part]) -> Tuple[float, Result]:
        """Trains on the batches of one update; the learning rate and the result."""
        rate = self.set_rates()
        self.seed_step()
        self.update_weights.zero_gradients()
        requests = Requests(self.stop.asked, self.is_checkpoint_due())
        try:
            result = self.updates.backward(parts, requests)
        except NotFinite as error:
            self.seed_step()
            batches = [part.inputs for part in parts]
            raise NotFinite(error.what, loss_origin(self.network, batches)) from error
        clip(self.network, self.update_weights.optimizer)
        self.update_weights.step()
        update_averages(self.run_state.averages, self.weights, self.progress.step)
        self.progress.step += 1
        return rate, result

    def seed_step(self) -> None:
        """A resumed run draws what an unbroken one does."""
        if not settings.HAS_DROPOUT:
            return
        place = f"{settings.SEED} {self.progress.step} {self.processes.rank}"
        torch.manual_seed(random.Random(place).getrandbits(32))

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

    def set_rates(self) -> float:
        for group in self.run_state.optimizer.param_groups:
            group["lr"] = self.rate_of(self.progress.step, group["initial_lr"])
        return self.rate_of(self.progress.step, LEARNING_RATE)

    def rate_of(self, step: int, initial: float) -> float:
        steps = self.options.epochs * self.steps_per_epoch
        clock = Clock(step, steps, self.steps_per_epoch)
        states = self.progress.schedule
        return learning_rate(settings.SCHEDULE, initial, clock, states)

    def end_epoch(self) -> bool:
        """Validates and writes; False: somebody asked to end the run before."""
        progress = self.progress
        validated: Optional[Validated] = None
        if len(self.validation) > 0:
            validated = self.validated()
            if validated is None:
                return False
        epoch = epoch_of(self.tally, validated)
        rate = self.rate_of(progress.step - 1, LEARNING_RATE)
        progress.epoch += 1
        value = epoch.value
        better = is_better(progress, value)
        measured = epoch.measured(self.run_state.metadata["network"], progress)
        progress.last = {"value": value, "metrics": measured}
        if better:
            progress.best = {**progress.last, "epoch": progress.epoch}
        progress.schedule = after_validation(
            settings.SCHEDULE, progress.schedule, value, settings.KEEP_LOWER
        )
        line = epoch.line(progress, rate, better, self.seconds())
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

    def is_checkpoint_due(self) -> bool:
        """As the first process says, whose clock counts."""
        due = time.monotonic() - self.written >= 60 * self.options.checkpoint_every
        return due and self.processes.is_first

    def write_checkpoint(self) -> None:
        """By the first process; the others wait until it is whole."""
        metrics = self.tally.summed_state()
        progress = self.progress
        self.tally.fill(progress)
        progress.seconds = self.seconds()
        if self.processes.is_first:
            self.update_weights.share_state()
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
`;
