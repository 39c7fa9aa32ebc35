import { describe, expect, it } from "vitest";
import { measured, measuresInWords } from "../../tools/cli/console/metrics-table.ts";

describe("a measure for a person", () => {
  it("has its unit", () => {
    expect(measured("hausdorff95", 4.25)).toBe("4.3 px");
    expect(measured("hausdorff95", null)).toBe("–");
    expect(measured("mean_iou", 0.8125)).toBe("0.813");
    expect(measuresInWords({ mean_iou: 0.5, hausdorff95: 12 })).toBe("mean IoU 0.500   Hausdorff 95 12.0 px");
  });
});
