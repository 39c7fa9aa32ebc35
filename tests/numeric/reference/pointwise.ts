/** Activations by their definitions. */
import { type Maps, maps, valueAt } from "./map.ts";

export function eachCell(input: Maps, f: (value: number, channel: number) => number): Maps {
  return maps(input.batch, input.channels, input.height, input.width, (b, c, y, x) =>
    f(valueAt(input, [b, c, y, x]), c),
  );
}

export function softmax(input: Maps): Maps {
  return maps(input.batch, input.channels, input.height, input.width, (b, c, y, x) => {
    const logits = Array.from({ length: input.channels }, (_, k) => valueAt(input, [b, k, y, x]));
    const most = Math.max(...logits);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
    return Math.exp(valueAt(input, [b, c, y, x]) - most) / total;
  });
}
