/** `feeding.py`: the batches of an epoch as the process trains on them. */
export const feedingText = `"""The batches of an epoch: of each update this process's share."""

from __future__ import annotations

import math
from typing import Any, Iterator, List, Sequence

from torch.utils.data import DataLoader

from . import settings
from .data import Key, Samples, batches, collate
from .sampling import Shares, share_of
from .updates import Part, Updates


class Feed:
    """The training samples in the batches of the program, which all processes share."""

    def __init__(self, samples: Samples, updates: Updates, loaders: int) -> None:
        self.samples = samples
        self.updates = updates
        self.loaders = loaders
        self.steps_per_epoch = math.ceil(len(self.batches(0)) / settings.ACCUMULATE)

    def parts(self, epoch: int, done: int) -> Iterator[List[Part]]:
        """The batches of each update of an epoch, after those that were done."""
        every = settings.ACCUMULATE
        left = self.batches(epoch)[done * every :]
        own = self.updates.processes
        group: List[Part] = []
        for batch, (inputs, targets) in zip(left, self.loader(left)):
            count = len(share_of(batch, own.rank, own.count))
            group.append(self.updates.part(inputs, targets, count, len(batch)))
            if len(group) == every:
                yield group
                group = []
        if group:
            yield group

    def batches(self, epoch: int) -> List[List[Key]]:
        return batches(self.samples, settings.BATCH, epoch, settings.LAST_BATCH)

    def loader(self, left: Sequence[Sequence[Key]]) -> Any:
        own = self.updates.processes
        return DataLoader(
            self.samples,
            batch_sampler=Shares(left, own.rank, own.count),
            collate_fn=collate,
            num_workers=self.loaders,
            pin_memory=own.device.type == "cuda",
        )
`;
