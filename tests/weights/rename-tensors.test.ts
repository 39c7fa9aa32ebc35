import { describe, expect, it } from "vitest";
import { newNames } from "../../runtime/weights/rename-tensors.ts";
import { parseWeightMap } from "../../runtime/weights/weight-map.ts";

const names = ["module.features.0.weight", "module.features.0.bias", "module.head.weight", "steps"];
const renamed = (strip: string | undefined, map?: string) =>
  Object.fromEntries(
    newNames("w.safetensors", names, {
      strip,
      map: map === undefined ? undefined : parseWeightMap(map, "map"),
    }),
  );

describe("new names without a network", () => {
  it("remove the prefix where it is, and nothing else", () => {
    expect(renamed("module.")).toEqual({
      "module.features.0.weight": "features.0.weight",
      "module.features.0.bias": "features.0.bias",
      "module.head.weight": "head.weight",
      steps: "steps",
    });
  });

  it("apply the map to what the prefix left; an exact line wins, and unused leaves out", () => {
    const map = "features.* -> encoder.*\nfeatures.0.bias -> b\nsteps -> unused";
    expect(renamed("module.", map)).toEqual({
      "module.features.0.weight": "encoder.0.weight",
      "module.features.0.bias": "b",
      "module.head.weight": "head.weight",
    });
  });

  it("keep PyTorch's names for normalisation as they are", () => {
    const map = parseWeightMap("bn.* -> norm1.*", "map");
    expect([...newNames("w", ["bn.running_var"], { map }).values()]).toEqual(["norm1.running_var"]);
  });

  it.each([
    ["modul.", undefined, 'no tensor of w.safetensors begins with "modul."'],
    [undefined, "\nfeature.* -> a.*", 'map:2: no tensor of the weights file begins with "feature."'],
    [
      undefined,
      "steps -> a\nmodule.head.weight -> a",
      'map:1: "module.head.weight" and "steps" both become "a"',
    ],
  ])("refuse prefix %s and map %j", (strip, map, message) => {
    expect(() => renamed(strip, map)).toThrow(message);
  });

  it("refuse a prefix whose removal makes two names one", () => {
    expect(() => newNames("w.safetensors", ["module.a", "a"], { strip: "module." })).toThrow(
      'w.safetensors: "module.a" and "a" both become "a"',
    );
  });
});
