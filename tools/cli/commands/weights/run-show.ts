/** What `fcn weights show` does: lists the tensors of a file, and what the file says of itself. */

import type { StoredTensor } from "../../../../runtime/weights/tensor-file.ts";
import { statisticsOf } from "../../../../runtime/weights/tensor-statistics.ts";
import { elementCount } from "../../../../runtime/weights/weight-name.ts";
import { withPrefix } from "../../../../views/text/numbers.ts";
import { type Column, fitTable } from "../../../../views/text/table.ts";
import { jsonText } from "../../console/json-text.ts";
import { counted, grouped } from "../../console/numbers.ts";
import type { Terminal } from "../../console/terminal.ts";
import { type OpenedTensors, openTensors } from "./open-tensors.ts";

export interface ShowCommand {
  readonly key?: string | undefined;
  readonly statistics?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Characters of an entry of the metadata that are shown: a checkpoint holds whole plans. */
const shownOfEntry = 100;

/** @throws UserError when the file cannot be read */
export async function runShow(path: string, command: ShowCommand, terminal: Terminal): Promise<void> {
  const opened = await openTensors(path, command.key);
  if (command.json) {
    terminal.print(jsonText(asJson(opened, command.statistics === true)));
    return;
  }
  terminal.print(title(opened));
  for (const line of table(opened.tensors, command.statistics === true, terminal.columns))
    terminal.print(line);
  terminal.print("");
  terminal.print(total(opened.tensors));
  for (const line of [...describeLeftOut(opened), ...metadataLines(opened)]) terminal.print(line);
}

function asJson({ file, kind, under, tensors, metadata, leftOut }: OpenedTensors, statistics: boolean) {
  return {
    file,
    kind,
    ...(kind === "pytorch" ? { under, leftOut } : {}),
    metadata: Object.fromEntries(metadata),
    tensors: tensors.map((tensor) => ({
      name: tensor.name,
      type: tensor.type,
      shape: tensor.shape,
      values: elementCount(tensor.shape),
      ...(statistics ? statisticsOf(tensor) : {}),
    })),
  };
}

function title({ file, kind, under, metadata }: OpenedTensors): string {
  if (kind === "pytorch")
    return `${file}: PyTorch${under === "" ? "" : `, weights under ${JSON.stringify(under)}`}`;
  const network = metadata.get("network");
  if (network === undefined) return `${file}: weights of another program`;
  const what = kind === "checkpoint" ? "checkpoint" : "weights";
  return `${file}: ${what} of ${network}, epoch ${metadata.get("epoch")}, step ${metadata.get("step")}`;
}

function table(
  tensors: readonly StoredTensor[],
  statistics: boolean,
  width: number | undefined,
): readonly string[] {
  const found = statistics ? tensors.map(statisticsOf) : [];
  const lost = found.some((one) => (one?.notFinite ?? 0) > 0);
  const columns: readonly Column[] = [
    { title: "tensor", align: "left" },
    { title: "type", align: "left", drop: 1 },
    { title: "shape", align: "left" },
    { title: "values", align: "right", drop: 3 },
    ...(statistics
      ? ([
          { title: "min", align: "right", drop: 6 },
          { title: "max", align: "right", drop: 5 },
          { title: "mean", align: "right", drop: 4 },
          { title: "norm", align: "right", drop: 2 },
          ...(lost ? ([{ title: "not finite", align: "right" }] as const) : []),
        ] as const)
      : []),
  ];
  const rows = tensors.map((tensor, i) => {
    const { min = null, max = null, mean = null, norm = null, notFinite } = found[i] ?? {};
    return [
      tensor.name,
      tensor.type,
      shapeText(tensor.shape),
      grouped(elementCount(tensor.shape)),
      ...(statistics ? [min, max, mean, norm].map(numberText) : []),
      ...(lost ? [notFinite ? grouped(notFinite) : ""] : []),
    ];
  });
  return fitTable(columns, rows, width);
}

/** Axes in the order of PyTorch: [out, in, height, width]. */
function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

function numberText(value: number | null): string {
  return value === null ? "–" : String(Number(value.toPrecision(4)));
}

/** "161 tensors, 25,610,205 values, 102 MB". */
export function total(tensors: readonly StoredTensor[]): string {
  const values = tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes.length, 0);
  return `${counted(tensors.length, "tensor")}, ${counted(values, "value")}, ${withPrefix(bytes, "B")}`;
}

/** What of a file of PyTorch is no weight. */
export function describeLeftOut({ leftOut }: Pick<OpenedTensors, "leftOut">): readonly string[] {
  if (leftOut.length === 0) return [];
  return ["not read as weights:", ...leftOut.map(({ name, what }) => `  ${name}: ${what}`)];
}

function metadataLines({ metadata }: OpenedTensors): readonly string[] {
  if (metadata.size === 0) return [];
  const width = Math.max(...[...metadata.keys()].map((entry) => entry.length));
  const lines = [...metadata].map(([entry, text]) => {
    const shown = text.length <= shownOfEntry ? text : `${text.slice(0, shownOfEntry)} …`;
    return `  ${entry.padEnd(width)}  ${shown}`;
  });
  const cut = [...metadata.values()].some((text) => text.length > shownOfEntry);
  return ["", `metadata${cut ? " (in full with --json)" : ""}`, ...lines];
}
