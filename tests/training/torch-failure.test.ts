/** Which of several processes of PyTorch says why a run failed. */
import { expect, it } from "vitest";
import { causeOf } from "../../runtime/training/torch/torch-run.ts";

type Failure = Parameters<typeof causeOf>[1];

const failed = { kind: "failed", not_finite: false, origin: null } as const;

function told(events: readonly Failure[]): Failure | undefined {
  return events.reduce<Failure | undefined>(causeOf, undefined);
}

it("the first that failed: the others only lost it", () => {
  const cause = { ...failed, rank: 1, message: "CUDA out of memory" };
  const later = { ...failed, rank: 0, message: "Connection closed by peer" };
  expect(told([cause, later, { ...later, rank: 2 }])).toBe(cause);
});

it("of a loss that is not finite, the one in whose share it began", () => {
  const lost = { ...failed, not_finite: true, message: "the loss" };
  const origin = { kind: "map", node: "top", values: 3, of: 12 } as const;
  const found = { ...lost, rank: 1, origin };
  expect(told([{ ...lost, rank: 0 }, found, { ...lost, rank: 2 }])).toBe(found);
  expect(told([found, { ...found, rank: 2 }])).toBe(found);
});
