import { describe, expect, it } from "vitest";
import { chosenClasses } from "../../runtime/prediction/argmax.ts";
import { mainFile, planOutputs, usualFiles } from "../../runtime/prediction/output/output-files.ts";

describe("the class of a cell", () => {
  it("is the channel of the highest value, the first of equals", () => {
    const data = Float32Array.of(0.2, 0.5, 0.3, 0.4, 0.2, 0.4);
    expect([...chosenClasses({ data, shape: [1, 1, 2, 3] }).data]).toEqual([1, 0]);
  });

  it("is 1 from one half on where there is a single channel", () => {
    const data = Float32Array.of(0.49, 0.5, 0.9);
    expect([...chosenClasses({ data, shape: [1, 1, 3, 1] }).data]).toEqual([0, 1, 1]);
  });
});

describe("the files of a prediction", () => {
  const names = ["labels"];

  it("are called after the image, and after the output where there are several", () => {
    expect(planOutputs(named("in/a.jpg"), "out", names)).toEqual([
      {
        image: "in/a.jpg",
        name: "a",
        outputs: [
          {
            kind: "classes",
            labels: [{ path: "out/a.labels.png", format: "png" }],
            overlay: { path: "out/a.overlay.png", format: "png" },
            probabilities: [],
            uncertainty: { entropy: [], information: [] },
            geoJson: undefined,
          },
        ],
      },
    ]);
    const [plan] = planOutputs(named("a.png"), "out", ["depth", "edges"], {
      ...usualFiles,
      formats: ["png", "npy"],
      probabilities: ["sky/air"],
    });
    expect(plan?.outputs.map(mainFile)).toEqual(["out/a.depth.labels.png", "out/a.edges.labels.png"]);
    expect(plan?.outputs[0]).toMatchObject({
      probabilities: [
        { format: "png", paths: ["out/a.depth.probability-sky_air.png"] },
        { format: "npy", paths: ["out/a.depth.probabilities.npy"] },
      ],
    });
    const [learned] = planOutputs(
      named("a.png"),
      "out",
      ["depth"],
      { ...usualFiles, formats: ["tiff"] },
      { depth: { kind: "depth" } },
    );
    expect(learned?.outputs).toEqual([
      { kind: "picture", pictures: [{ path: "out/a.depth.tif", format: "tiff" }] },
    ]);
  });

  it("are never two of one name: extensions and folders tell images apart, and else it is an error", () => {
    const labels = (plans: ReturnType<typeof planOutputs>) =>
      plans.flatMap(({ outputs }) => outputs.map(mainFile));
    expect(labels(planOutputs(named("x/a.png", "y/a.jpg", "b.png"), "out", names))).toEqual([
      "out/a.png.labels.png",
      "out/a.jpg.labels.png",
      "out/b.labels.png",
    ]);
    const found = [
      { path: "in/one/a.png", below: "one" },
      { path: "in/two/a.png", below: "two" },
    ];
    expect(labels(planOutputs(found, "out", names))).toEqual([
      "out/one/a.labels.png",
      "out/two/a.labels.png",
    ]);
    expect(() => planOutputs(named("x/a.png", "y/a.png"), "out", names)).toThrow(
      "the predictions for x/a.png and y/a.png would both be written to out/a.png.labels.png",
    );
    expect(() => planOutputs(named("a.png", "a.jpg", "a.png.tif"), "out", names)).toThrow(
      "out/a.png.labels.png",
    );
    const [plan] = planOutputs(named("a.png"), "out", ["labels"], {
      ...usualFiles,
      probabilities: ["a/b", "a b", "c"],
    });
    expect(plan?.outputs[0]).toMatchObject({
      probabilities: [
        {
          paths: ["out/a.probability-a_b.0.png", "out/a.probability-a_b.1.png", "out/a.probability-c.png"],
        },
      ],
    });
  });

  it("are never an input", () => {
    expect(() => planOutputs(named("out/a.labels.png", "a.png"), "out", names)).toThrow(
      "which is itself an input",
    );
  });
});

function named(...paths: readonly string[]) {
  return paths.map((path) => ({ path, below: "" }));
}
