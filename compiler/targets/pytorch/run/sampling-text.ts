/** `sampling.py`: which samples make each batch. */
export const samplingText = `"""What each of several processes reads of every batch."""

from __future__ import annotations

from typing import Iterator, List, Sequence

from torch.utils.data import Sampler

from .data import Key


class Shares(Sampler[List[Key]]):
    """The samples of one process.

    The shares of all processes are the batch, each sample once. Where a batch has fewer
    samples than there are processes, some read its first one without using it
    (\`share_of\`): every process takes part in every step.
    """

    def __init__(
        self, batches: Sequence[Sequence[Key]], rank: int, processes: int
    ) -> None:
        self.batches = batches
        self.rank = rank
        self.processes = processes

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[List[Key]]:
        for batch in self.batches:
            yield list(share_of(batch, self.rank, self.processes) or batch[:1])


def share_of(batch: Sequence[Key], rank: int, processes: int) -> Sequence[Key]:
    """The samples of a batch that a process uses; empty where there are too few."""
    return batch[rank::processes]
`;
