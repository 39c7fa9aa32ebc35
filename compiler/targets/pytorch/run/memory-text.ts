/** `memory.py`: how the memory of feature maps is kept from one step to the next. */
export const memoryText = `"""Memory of feature maps on the CPU, kept from one step to the next."""

from __future__ import annotations

import ctypes
import sys

# Of glibc's malloc.h.
M_TRIM_THRESHOLD = -1
M_MMAP_MAX = -4


def keep_freed_memory() -> None:
    """Keeps what is freed in this process, on Linux.

    Every step needs the same memory again. malloc returns large blocks to the system
    otherwise, and the pages of each new one are cleared when they are first used.
    """
    if sys.platform != "linux":
        return
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:  # other C libraries than glibc have none
        set_option(M_MMAP_MAX, 0)
        set_option(M_TRIM_THRESHOLD, -1)
`;
