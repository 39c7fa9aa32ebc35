/** What runs an emitted module: a module beside it that takes and gives plain arrays, so that no tensor leaves TensorFlow.js. */

export interface PlainArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export type PlainArrays = Readonly<Record<string, PlainArray>>;

/** A dropout mask in the order [batch, height, width, channels]. */
export type PlainMask = (layer: string, shape: readonly number[], rate: number) => Float32Array;

export interface Driver {
  /** Training starts again. */
  readonly load: (file: Uint8Array) => void;
  readonly apply: (inputs: PlainArrays) => Promise<PlainArrays>;
  /** Of one image, [height, width, channels], for each input. */
  readonly predict: (images: PlainArrays) => Promise<PlainArrays>;
  readonly gradients: (inputs: PlainArrays, targets: PlainArrays, mask: PlainMask) => Promise<PlainArrays>;
  /** One update. @returns the loss before it */
  readonly step: (
    inputs: PlainArrays,
    targets: PlainArrays,
    rate: number,
    mask: PlainMask,
  ) => Promise<number>;
  readonly save: () => Promise<Uint8Array>;
  readonly tensors: () => number;
  readonly dispose: () => void;
}

export interface DriverModule {
  readonly open: (backend: string) => Promise<Driver>;
}

/** @param single whether the network has one input, which is then given by itself */
export function driverText(className: string, single: boolean): string {
  return `
import * as tf from "@tensorflow/tfjs";
import { ${className} } from "./${className}.ts";

const tensorOf = ({ data, shape }) => tf.tensor(data, shape, data instanceof Int32Array ? "int32" : "float32");
const tensorsOf = (arrays) => Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, tensorOf(array)]));
const given = (arrays) => {
  const tensors = tensorsOf(arrays);
  return ${single ? "Object.values(tensors)[0]" : "tensors"};
};
// No tidy around it: what the network leaves over stays.
const using = (tensors, use) => {
  const result = use(tensors);
  tf.dispose(tensors);
  return result;
};
const arraysOf = async (tensors) => {
  const arrays = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    arrays[name] = { shape: tensor.shape, data: (await tensor.data()).slice() };
    tensor.dispose();
  }
  return arrays;
};

export async function open(backend) {
  // Sessions of engines in the same process have backends of their own.
  const current = async () => {
    if (tf.getBackend() !== backend) await tf.setBackend(backend);
    await tf.ready();
  };
  await current();
  const network = new ${className}();
  let optimizer;
  const masked = (mask) => ({
    training: true,
    dropoutMask: (layer, shape, rate) => tf.tensor4d(mask(layer, shape, rate), shape),
  });
  const lossOf = (inputs, targets, mask) => network.loss(network.apply(given(inputs), masked(mask)), tensorsOf(targets));
  return {
    load: (file) => {
      network.load(file);
      optimizer?.dispose();
      optimizer = undefined;
    },
    apply: async (inputs) => {
      await current();
      return arraysOf(using(given(inputs), (maps) => network.apply(maps)));
    },
    predict: async (images) => {
      await current();
      return arraysOf(using(given(images), (maps) => network.predict(maps)));
    },
    gradients: async (inputs, targets, mask) => {
      await current();
      const running = Object.entries(network.weights).filter(([, { trainable }]) => !trainable);
      const before = running.map(([, weight]) => weight.clone());
      const { value, grads } = tf.variableGrads(() => lossOf(inputs, targets, mask), network.trainableVariables);
      value.dispose();
      running.forEach(([, weight], i) => weight.assign(before[i]));
      const byName = new Map(Object.entries(network.weights).map(([name, weight]) => [weight.name, name]));
      const found = Object.entries(grads).filter(([, gradient]) => gradient != null);
      const filed = tf.tidy(() => Object.fromEntries(found.map(([name, gradient]) => [
        byName.get(name), gradient.rank === 4 ? tf.transpose(gradient, [3, 2, 0, 1]) : gradient.clone(),
      ])));
      for (const [, gradient] of found) gradient.dispose();
      return arraysOf(filed);
    },
    step: async (inputs, targets, rate, mask) => {
      await current();
      optimizer ??= network.optimizer();
      optimizer.learningRate = rate;
      const loss = optimizer.minimize(() => lossOf(inputs, targets, mask), true);
      const [value] = await loss.data();
      loss.dispose();
      return value;
    },
    save: () => network.save(),
    tensors: () => tf.memory().numTensors,
    dispose: () => {
      optimizer?.dispose();
      network.dispose();
    },
  };
}
`;
}
