/** What one loop reads, computes and gives, as it is found. */
import type { PointwiseStep } from "../pointwise/functions.ts";
import type { GroupNode, GroupResult, Operand } from "../pointwise/group.ts";

export class GroupBuilder {
  readonly leaves: number[] = [];
  readonly nodes: GroupNode[] = [];
  readonly results: {
    readonly id: number;
    readonly of: Operand;
    readonly reduced: GroupResult["reduced"];
  }[] = [];
  readonly #operands = new Map<number, Operand>();

  operandOf(id: number): Operand | undefined {
    return this.#operands.get(id);
  }

  reads(id: number): boolean {
    return this.leaves.includes(id);
  }

  has(id: number): boolean {
    return this.#operands.get(id)?.kind === "node";
  }

  leaf(id: number): Operand {
    const operand = { kind: "leaf", place: this.leaves.push(id) - 1 } as const;
    this.#operands.set(id, operand);
    return operand;
  }

  node(id: number, step: PointwiseStep, operands: readonly Operand[]): Operand {
    const operand = { kind: "node", place: this.nodes.push({ step, operands }) - 1 } as const;
    this.#operands.set(id, operand);
    return operand;
  }

  result(id: number, of: Operand, reduced: GroupResult["reduced"]): void {
    this.results.push({ id, of, reduced });
  }
}
