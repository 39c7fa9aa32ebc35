/** The table of layers for documents and spreadsheets. */
import { describe, expect, it } from "vitest";
import { inspectNetwork } from "../../../compiler/analyses/inspect/inspect.ts";
import type { Inspection } from "../../../compiler/analyses/inspect/inspection.ts";
import { layerFile } from "../../../views/documents/layer-file.ts";
import { compileNetwork } from "../../support/compile-network.ts";

const network = compileNetwork(`network Seg {
  input image [3, H, W]
  conv(1000, 3x5) relu
  maxpool(2)
  upsample(4, bilinear)
  output labels
}`);

function inspected(size?: readonly [number, number]): Inspection {
  const inspection = inspectNetwork(network, size);
  if ("kind" in inspection) throw new Error(inspection.message);
  return inspection;
}

describe("the table of layers", () => {
  it("as CSV has plain numbers: no separators, and decimals where the terminal shows a fraction", () => {
    const [titles, conv, , , resize] = layerFile(inspected([6, 8]), "csv").split("\n");
    expect(titles).toBe(
      "layer,operation,channels,height,width,parameters,macs,stride_y,stride_x,offset_y,offset_x,receptive_field_y,receptive_field_x,crop_y,crop_x",
    );
    expect(conv).toBe("conv1,conv,1000,6,8,46000,2160000,1,1,0,0,3,5,,");
    expect(resize?.split(",").slice(7, 11)).toEqual(["0.5", "0.5", "-0.25", "-0.25"]);
  });

  it("as CSV has formulas where no size is given", () => {
    const [, , , pool] = layerFile(inspected(), "csv").split("\n");
    expect(pool).toMatch(/^maxpool1,maxpool,1000,floor\(H\/2\),floor\(W\/2\),0,,/);
  });

  it("as CSV quotes what would be read otherwise", () => {
    const inspection = inspected();
    const [first] = inspection.layers;
    if (first === undefined) throw new Error("no layers");
    const named = { ...inspection, layers: [{ ...first, name: 'a "b", c' }] };
    expect(layerFile(named, "csv").split("\n")[1]).toMatch(/^"a ""b"", c",conv,/);
  });

  it("as Markdown leaves out columns without a value, and every line has the others", () => {
    const lines = layerFile(inspected([6, 8]), "markdown").split("\n");
    expect(lines[0]).toBe(
      "| layer | operation | channels | height | width | parameters | MACs | stride | offset | receptive field |",
    );
    expect(lines[1]).toBe("| - | - | -: | -: | -: | -: | -: | -: | -: | -: |");
    expect(lines[2]).toBe("| conv1 | conv | 1000 | 6 | 8 | 46,000 | 2.16 M | 1 | 0 | 3×5 |");
    for (const line of lines) expect(line.split("|")).toHaveLength(12);
  });
});
