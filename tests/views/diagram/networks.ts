/** Networks of the literature in shapes that a figure must read well in: a U, a net with steps, a chain, a fork, residuals. */
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { NetworkSketch } from "./build-network.ts";

export function uNet(
  options: { readonly valid?: boolean; readonly depth?: number; readonly width?: number } = {},
): CompiledNetwork {
  const { valid = false, depth = 4, width = 64 } = options;
  const net = new NetworkSketch("UNet");
  const padding = valid ? "valid" : "same";
  const double = (from: number, channels: number): number =>
    net.convRelu(net.convRelu(from, channels, 3, { padding }), channels, 3, { padding });
  let current = net.input(1);
  const levels: number[] = [];
  net.origin = { role: "encoder" };
  for (let level = 0; level < depth; level++) {
    current = double(current, width * 2 ** level);
    net.builder.label(current, `level[${level}]`);
    levels.push(current);
    current = net.pool(current);
  }
  current = double(current, width * 2 ** depth);
  net.origin = { role: "decoder" };
  for (let level = depth - 1; level >= 0; level--) {
    current = net.up(current, width * 2 ** level, 2);
    const skip = levels[level] ?? 0;
    const arriving = valid
      ? net.crop(skip, current, "centred", depth === 4 ? [88, 40, 16, 4][level] : undefined)
      : skip;
    current = net.add("concat", {}, [current, arriving], { construct: "skip" });
    current = double(current, width * 2 ** level);
  }
  net.origin = {};
  return net.finish(net.conv(current, 2, 1));
}

const vgg16 = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

export function fcn8s(): CompiledNetwork {
  const net = new NetworkSketch("FCN8s");
  const image = net.input(3);
  let current = image;
  const pools: number[] = [];
  net.origin = { role: "encoder" };
  for (const [stage, widths] of vgg16.entries()) {
    for (const [at, channels] of widths.entries())
      current = net.convRelu(current, channels, 3, stage === 0 && at === 0 ? { padding: 100 } : {});
    current = net.ceilPool(current);
    net.builder.label(current, `vgg.pool${stage + 1}`);
    pools.push(current);
  }
  for (const kernel of [7, 1]) {
    current = net.convRelu(current, 4096, kernel, { padding: "valid" });
    current = net.add("dropout", { rate: 0.5, drops: "values" }, [current]);
  }
  net.origin = {};
  current = net.conv(current, 21, 1);
  net.builder.label(current, "score");
  for (const [pool, offset] of [
    [3, 5],
    [2, 9],
  ] as const) {
    current = net.up(current, 21, 2, 4);
    const score = net.conv(pools[pool] ?? 0, 21, 1);
    current = net.add("add", {}, [current, net.crop(score, current, "aligned", offset)], {
      construct: "skip",
    });
  }
  current = net.up(current, 21, 8, 16, true);
  return net.finish(net.crop(current, image, "aligned", 31));
}

export function segNet(): CompiledNetwork {
  const net = new NetworkSketch("SegNet");
  let current = net.input(3);
  const pools: number[] = [];
  net.origin = { role: "encoder" };
  for (const widths of vgg16) {
    for (const channels of widths) current = net.convNormRelu(current, channels);
    current = net.pool(current);
    pools.push(current);
  }
  net.origin = { role: "decoder" };
  for (const [stage, widths] of [...vgg16.entries()].reverse()) {
    current = net.unpool(current, pools[stage] ?? 0);
    const next = vgg16[stage - 1]?.at(-1) ?? 64;
    for (const [at, channels] of widths.entries())
      current = net.convNormRelu(current, at === widths.length - 1 ? next : channels);
  }
  net.origin = {};
  return net.finish(net.conv(current, 12, 3));
}

/** Strided encoder, atrous spatial pyramid pooling with a global path, bilinear to the input's size. */
export function pyramid(): CompiledNetwork {
  const net = new NetworkSketch("Pyramid");
  const image = net.input(3);
  let current = image;
  for (const channels of [64, 128, 256]) current = net.convNormRelu(current, channels, 3, { stride: 2 });
  const start = current;
  const paths = [net.convNormRelu(start, 256, 1)];
  for (const dilation of [12, 24, 36]) paths.push(net.convNormRelu(start, 256, 3, { dilation }));
  const pooled = net.convNormRelu(net.add("global_pool", { kind: "average" }, [start]), 256, 1);
  paths.push(net.add("resize_to", { mode: "bilinear", alignCorners: false }, [pooled, start]));
  current = net.add("concat", {}, paths, { construct: "fork" });
  current = net.convNormRelu(current, 256, 1);
  current = net.conv(current, 21, 1);
  return net.finish(net.add("resize_to", { mode: "bilinear", alignCorners: false }, [current, image]));
}

export function residual(blocks = 3): CompiledNetwork {
  const net = new NetworkSketch("Residual");
  let current = net.convNormRelu(net.input(3), 64, 7, { stride: 2 });
  for (const [stage, channels] of [64, 128].entries())
    for (let block = 0; block < blocks; block++) {
      net.origin = {
        scope: [
          { kind: "block", name: `stage${stage}`, index: 1 },
          { kind: "block", name: "basic", index: block + 1 },
        ],
      };
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const before = current;
      current = net.norm(net.conv(net.convNormRelu(before, channels, 3, { stride }), channels));
      const shortcut = stride === 1 ? before : net.norm(net.conv(before, channels, 1, { stride }));
      current = net.add("relu", {}, [net.add("add", {}, [current, shortcut], { construct: "skip" })]);
    }
  net.origin = {};
  current = net.conv(current, 21, 1);
  return net.finish(net.add("resize", { mode: "bilinear", factor: [4, 4], alignCorners: false }, [current]));
}

export function chain(): CompiledNetwork {
  const net = new NetworkSketch("Chain");
  let current = net.input(3);
  for (const dilation of [1, 1, 2, 4, 8, 16, 1]) current = net.convRelu(current, 32, 3, { dilation });
  return net.finish(net.conv(current, 21, 1));
}

export const networks: Readonly<Record<string, () => CompiledNetwork>> = {
  "u-net": () => uNet(),
  "u-net-valid": () => uNet({ valid: true }),
  "fcn-8s": fcn8s,
  segnet: segNet,
  pyramid,
  residual: () => residual(),
  chain,
};
