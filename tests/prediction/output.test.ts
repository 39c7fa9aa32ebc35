import { describe, expect, it } from "vitest";
import { chosenClasses } from "../../runtime/prediction/argmax.ts";
import { mainFile, planOutputs } from "../../runtime/prediction/output-files.ts";

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
  const names = { outputs: ["labels"], classes: [] };

  it("are called after the image, and after the output where there are several", () => {
    expect(planOutputs(["in/a.jpg"], "out", names)).toEqual([
      {
        image: "in/a.jpg",
        outputs: [
          { kind: "classes", labels: "out/a.labels.png", overlay: "out/a.overlay.png", probabilities: [] },
        ],
      },
    ]);
    const [plan] = planOutputs(["a.png"], "out", { outputs: ["depth", "edges"], classes: ["sky/air"] });
    expect(plan?.outputs.map(mainFile)).toEqual(["out/a.depth.labels.png", "out/a.edges.labels.png"]);
    expect(plan?.outputs[0]).toMatchObject({ probabilities: ["out/a.depth.probability-sky_air.png"] });
    const [learned] = planOutputs(
      ["a.png"],
      "out",
      { outputs: ["depth"], classes: [] },
      { depth: { kind: "depth" } },
    );
    expect(learned?.outputs).toEqual([{ kind: "picture", picture: "out/a.depth.png" }]);
  });

  it("are never two of one name", () => {
    expect(() => planOutputs(["x/a.png", "y/a.jpg"], "out", names)).toThrow(
      "x/a.png and y/a.jpg would both be labelled into out/a.labels.png",
    );
  });

  it("are never an input", () => {
    expect(() => planOutputs(["out/a.labels.png", "a.png"], "out", names)).toThrow(
      "which is itself an input",
    );
  });
});
