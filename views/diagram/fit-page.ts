/** The fullest figure that fits a page, in the largest type that there is room for. */
import type { Figure } from "./figure.ts";
import type { Layout } from "./layout/layout.ts";
import { lowMetrics, type Metrics, printMetrics } from "./layout/metrics.ts";
import type { DrawnFigure } from "./scene/draw-figure.ts";
import { type Scene, scaled } from "./scene/scene.ts";

/** How much of a network is drawn, and how. */
export interface Form {
  /** Of block calls that are one box each. */
  readonly level: number;
  /** What is in a row within a rank as one arrow, and joins in the block that follows. */
  readonly tight: boolean;
  /** Stages below one another (`contract.ts`). */
  readonly contracted: boolean;
  /** What comes from other ranks is under one another. */
  readonly stacked: boolean;
  readonly words: Metrics["words"];
}

export interface Page {
  /** In points. */
  readonly width: number;
  /** Left out: heights and widths under the feature maps where there is room. */
  readonly sizes: boolean | undefined;
  /** The figure in one form; `undefined`: it has more boxes than are wanted. */
  readonly figureOf: (form: Form) => Figure | undefined;
  readonly layOut: (figure: Figure, metrics: Metrics, stacked: boolean) => Layout;
  /** In type of 6 points. */
  readonly draw: (figure: Figure, layout: Layout, metrics: Metrics) => DrawnFigure;
}

/** No form is narrow enough. */
export interface Narrowest {
  readonly kind: "narrowest";
  readonly width: number;
  readonly figure: Figure;
}

/** Pages from this width on, in points, are slides: seen from further away, and half as high as they are wide. */
const leastSlide = 10 * 72;
const slideShape = 9 / 16;
/** How many times 6 points the type has at least, the larger the better, and at most where there is room. */
const slideTypes = [2, 1.75, 1.5, 1.25, 1];
const mostOnSlides = 4;
const mostOnPaper = 1.4;
const tolerance = 0.01;

/** `asked`: the level of folding that a person has chosen; `deepest`: what there is. `undefined`: too many boxes in every form. */
export function fitPage(
  page: Page,
  asked: number | undefined,
  deepest: number,
): Scene | Narrowest | undefined {
  const forms = formsOf(page, asked, deepest);
  const printed = new Candidates(page, forms, printMetrics);
  if (page.width < leastSlide) return printed.first({ type: 1, most: mostOnPaper }) ?? printed.narrowest();
  const low = new Candidates(page, forms, lowMetrics);
  const height = page.width * slideShape;
  for (const type of slideTypes) {
    const room = { type, most: mostOnSlides, height };
    const scene = printed.first(room) ?? low.first(room);
    if (scene !== undefined) return scene;
  }
  return low.first({ type: 1, most: mostOnSlides }) ?? low.narrowest();
}

interface Room {
  /** Times 6 points: the least and the most. */
  readonly type: number;
  readonly most: number;
  readonly height?: number;
}

interface Candidate {
  readonly figure: Figure;
  readonly drawn: DrawnFigure;
}

/** The forms of a figure, each laid out when it is asked for. */
class Candidates {
  readonly #makers: readonly (() => Candidate | undefined)[];
  readonly #made = new Map<number, Candidate | undefined>();
  readonly #width: number;

  constructor(page: Page, forms: readonly Form[], base: Metrics) {
    this.#width = page.width;
    const sizes = page.sizes === undefined ? [true, false] : [page.sizes];
    this.#makers = forms.flatMap((form) =>
      sizes.map((shown) => () => candidate(page, form, { ...base, sizes: shown, words: form.words })),
    );
  }

  /** The fullest that has room. */
  first(room: Room): Scene | undefined {
    for (const one of this.#all()) {
      if (one.drawn.natural * room.type > this.#width + tolerance) continue;
      const scene = enlarged(one.drawn, this.#width, room);
      if (scene !== undefined) return scene;
    }
    return undefined;
  }

  narrowest(): Narrowest | undefined {
    let found: Candidate | undefined;
    for (const one of this.#all())
      if (found === undefined || one.drawn.natural < found.drawn.natural) found = one;
    return found && { kind: "narrowest", width: found.drawn.natural, figure: found.figure };
  }

  *#all(): Iterable<Candidate> {
    for (const [at, make] of this.#makers.entries()) {
      if (!this.#made.has(at)) this.#made.set(at, make());
      const one = this.#made.get(at);
      if (one !== undefined) yield one;
    }
  }
}

function candidate(page: Page, form: Form, metrics: Metrics): Candidate | undefined {
  const figure = page.figureOf(form);
  if (figure === undefined) return undefined;
  return { figure, drawn: page.draw(figure, page.layOut(figure, metrics, form.stacked), metrics) };
}

const finer = 0.96;

/** In the largest type with which it is low enough; `undefined`: there is none. */
function enlarged(
  drawn: DrawnFigure,
  width: number,
  { type: least, most, height = Number.POSITIVE_INFINITY }: Room,
): Scene | undefined {
  for (
    let type = Math.max(least, Math.min(most, width / drawn.natural));
    ;
    type = Math.max(least, type * finer)
  ) {
    if (drawn.heightOn(width / type) * type <= height) return scaled(drawn.on(width / type), type);
    if (type <= least) return undefined;
  }
}

/** What is tried, from the fullest figure to the narrowest. */
function formsOf({ figureOf }: Page, asked: number | undefined, deepest: number): readonly Form[] {
  const levels = asked === undefined ? Array.from({ length: deepest + 2 }, (_, at) => at) : [asked];
  const last = levels.at(-1) ?? 0;
  const open = { tight: false, contracted: false, stacked: false };
  const closed = { ...open, level: last, tight: last > 0 };
  const below = { ...closed, contracted: last > 0 };
  const each = (form: Omit<Form, "words">, ...details: readonly Form["words"][]): readonly Form[] =>
    details.map((words) => ({ ...form, words }));
  const atLevels = (words: Form["words"]): readonly Form[] =>
    levels.map((level) => ({ ...open, level, words }));
  // Words at arrows are worth more than boxes, names are worth more than words.
  const [fullest, narrow] = [
    figureOf({ ...open, level: levels[0] ?? 0, words: "all" }),
    figureOf({ ...below, words: "all" }),
  ];
  const keepsNames = fullest !== undefined && narrow !== undefined && namesIn(fullest) === namesIn(narrow);
  return [
    ...atLevels("all"),
    ...atLevels("kernels"),
    ...(keepsNames ? each(below, "all", "kernels") : []),
    ...atLevels("joins"),
    ...each(closed, "all", "kernels", "joins"),
    ...each(below, "all", "kernels", "joins"),
    ...each({ ...below, stacked: true }, "all", "kernels", "joins"),
  ];
}

/** How many names of feature maps a figure shows. */
function namesIn({ maps, steps }: Figure): number {
  return maps.filter(({ label }) => label !== undefined).length + steps.flatMap(({ names }) => names).length;
}
