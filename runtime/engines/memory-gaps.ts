/**
 * Fragmentation: the largest expected ratio of memory touched to memory allocated. On WebAssembly its allocator left 1.36 bytes touched for each in
 * use in a U-Net's training (docs/memory.md). What fits an engine's room divided by it is sure to fit.
 */
export const memoryGaps = 1.4;
