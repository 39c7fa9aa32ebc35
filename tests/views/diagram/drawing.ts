/** What Graphviz draws of a DOT text: nodes with their rectangles, arrows with their corners. */
import { instance } from "@viz-js/viz";

export interface DrawnNode {
  readonly name: string;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** The cluster it lies in, if any. */
  readonly rank: string | undefined;
}

export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Drawing {
  /** Maps only: their names are m and the node's number. */
  readonly maps: readonly DrawnNode[];
  readonly texts: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

type Json = Readonly<Record<string, unknown>>;

export async function draw(dot: string): Promise<Drawing> {
  const graphviz = await instance();
  const result = JSON.parse(graphviz.renderString(dot, { format: "json", engine: "nop2" })) as {
    readonly objects: readonly Json[];
    readonly edges: readonly Json[];
  }; // Graphviz's own JSON (graphviz.org/docs/outputs/json)
  const rankOf = new Map<number, string>();
  for (const object of result.objects)
    if (/^cluster_\d+$/.test(String(object.name)))
      for (const id of (object.nodes ?? []) as readonly number[]) rankOf.set(id, String(object.name));
  const nodes = result.objects
    .filter((object) => typeof object.pos === "string")
    .map((object) => readNode(object, rankOf.get(Number(object._gvid))));
  const names = new Map(result.objects.map((object) => [Number(object._gvid), String(object.name)]));
  return {
    maps: nodes.filter(({ name }) => /^m\d+$/.test(name)),
    texts: nodes.filter(({ attributes }) => attributes.shape === "plaintext"),
    edges: result.edges.map((edge) => ({
      from: names.get(Number(edge.tail)) ?? "",
      to: names.get(Number(edge.head)) ?? "",
      points: readPoints(String(edge.pos)),
      attributes: strings(edge),
    })),
  };
}

function readNode(object: Json, rank: string | undefined): DrawnNode {
  const [x = 0, y = 0] = String(object.pos).split(",").map(Number);
  const [width, height] = [Number(object.width) * 72, Number(object.height) * 72];
  return {
    name: String(object.name),
    left: x - width / 2,
    right: x + width / 2,
    bottom: y - height / 2,
    top: y + height / 2,
    attributes: strings(object),
    rank,
  };
}

/** The points on the path, without Bézier handles, then the tip. */
function readPoints(pos: string): DrawnEdge["points"] {
  const [tip = "", ...path] = pos.replace(/^e,/, "").split(" ");
  const on = path.filter((_, at) => at % 3 === 0);
  return [...on, tip].map((point) => {
    const [x = 0, y = 0] = point.split(",").map(Number);
    return [x, y] as const;
  });
}

function strings(object: Json): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Whether two rectangles share more than an edge. */
export function overlap(a: DrawnNode, b: DrawnNode): boolean {
  const slack = 0.5;
  return (
    a.left < b.right - slack &&
    b.left < a.right - slack &&
    a.bottom < b.top - slack &&
    b.bottom < a.top - slack
  );
}
