/**
 * The narrowest form of a figure: what is one path from rank to rank, and what only hands a feature map on, become one box or one
 * arrow, so that stages are below one another. Names that lose their box are said at the arrow that makes the feature map.
 */
import type { Figure, FigureMap, Step } from "./figure.ts";

/** `toArrows`: a convolution before an upsampling, too, is part of the arrow. */
export function contract(figure: Figure, toArrows = false): Figure {
  const contraction = new Contraction(figure, toArrows);
  for (const map of figure.maps) contraction.tryToJoin(map);
  return contraction.figure();
}

class Contraction {
  readonly #given: Figure;
  readonly #maps: Map<number, FigureMap>;
  readonly #toArrows: boolean;
  #steps: readonly Step[];

  constructor(figure: Figure, toArrows: boolean) {
    this.#given = figure;
    this.#toArrows = toArrows;
    this.#maps = new Map(figure.maps.map((map) => [map.id, map]));
    this.#steps = figure.steps;
  }

  figure(): Figure {
    return { ...this.#given, maps: [...this.#maps.values()], steps: this.#steps };
  }

  /** The feature map becomes part of what follows it, where that is one step and nothing is lost. */
  tryToJoin(given: FigureMap): void {
    const map = this.#maps.get(given.id);
    if (map === undefined || map.entry !== undefined || map.exits.length > 0) return;
    const into = this.#steps.filter((step) => step.to === map.id);
    const [after, ...others] = this.#steps.filter((step) => step.from === map.id);
    const next = this.#maps.get(after?.to ?? -1);
    if (after === undefined || next === undefined || others.length > 0) return;
    const [before] = into;
    const lone = into.length === 1 ? before : undefined;
    if (next.row !== map.row) {
      if (lone !== undefined && this.#isBeforeUpsampling(map, lone, after)) this.#through(map, lone, after);
    } else if (this.#isStage(map, next, after, into)) {
      const name = after.longHead.map(({ text }) => text).join(" ");
      const block = { name, times: after.times, weights: after.times };
      this.#maps.set(next.id, { ...next, block, tooltip: `${after.tooltip}; ${next.tooltip}` });
      this.#redirect(map, after, into, next.id);
    } else if (lone !== undefined && this.#handsOn(map, next, after, lone)) this.#through(map, lone, after);
  }

  /** One step of weights after what arrives from another rank or is joined with a skip: a box with the step's words in it. */
  #isStage(map: FigureMap, next: FigureMap, after: Step, into: readonly Step[]): boolean {
    const plain = [map, next].every(({ block }) => block === undefined) && next.join === undefined;
    if (!plain || !this.#alone(next) || after.kind !== "convolution" || after.skip) return false;
    if (map.join !== undefined) return map.label === undefined && into.some(({ skip }) => skip);
    return into.length === 1 && this.#crosses(into[0], map);
  }

  /** What arrives from another rank and only moves or passes on, or what is passed on along a skip. */
  #handsOn(map: FigureMap, next: FigureMap, after: Step, before: Step): boolean {
    if (map.join !== undefined || (after.kind !== "pass" && after.kind !== "other")) return false;
    if (after.skip && !this.#crosses(before, map))
      return after.kind === "pass" && before.nodes.length > 0 && map.block === undefined;
    if (after.skip || !this.#crosses(before, map)) return false;
    if (map.block === undefined)
      return next.block !== undefined || next.join !== undefined || this.#alone(next);
    return (
      map.block.weights < 2 && before.nodes.length === 0 && after.kind === "pass" && next.block !== undefined
    );
  }

  #isBeforeUpsampling(map: FigureMap, before: Step, after: Step): boolean {
    const plain = [map.label, map.block, map.join].every((one) => one === undefined);
    const once = before.times === 1 && after.times === 1 && !before.skip && !after.skip;
    return (
      this.#toArrows &&
      plain &&
      once &&
      after.kind === "up" &&
      !this.#crosses(before, map) &&
      before.nodes.length > 0
    );
  }

  #alone(map: FigureMap): boolean {
    return this.#steps.filter((step) => step.to === map.id).length === 1;
  }

  #crosses(step: Step | undefined, map: FigureMap): boolean {
    return step !== undefined && this.#maps.get(step.from)?.row !== map.row;
  }

  #redirect(map: FigureMap, after: Step, into: readonly Step[], to: number): void {
    this.#maps.delete(map.id);
    this.#steps = this.#steps.flatMap((step) => {
      if (step === after) return [];
      return into.includes(step) ? [{ ...step, to, names: [...step.names, ...nameOf(map)] }] : [step];
    });
  }

  /** Both steps as one. */
  #through(map: FigureMap, before: Step, after: Step): void {
    const block = map.block === undefined ? [] : [blockText(map.block)];
    const one: Step = {
      ...before,
      to: after.to,
      kind: map.block !== undefined ? "other" : after.kind === "up" ? "up" : before.kind,
      nodes: [...before.nodes, ...after.nodes],
      head: [...before.head, ...after.head],
      longHead: [...before.longHead, ...after.longHead],
      tail: [...before.tail, ...after.tail],
      blocks: [...before.blocks, ...block, ...after.blocks],
      names: [...before.names, ...nameOf(map), ...after.names],
      skip: after.skip,
      joined: after.joined,
      tooltip: [before.tooltip, after.tooltip].filter((text) => text !== "").join("; "),
    };
    this.#maps.delete(map.id);
    this.#steps = this.#steps.flatMap((step) => (step === before ? [] : [step === after ? one : step]));
  }
}

function nameOf({ label }: FigureMap): readonly string[] {
  return label === undefined ? [] : [label];
}

function blockText({ name, times }: NonNullable<FigureMap["block"]>): string {
  return times > 1 ? `${name} × ${times}` : name;
}
