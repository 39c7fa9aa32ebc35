/** The class of a network: its weights, and what can be done with them. */
import type {
  ClassDeclarationStructure,
  MethodDeclarationStructure,
  OptionalKind,
  PropertyDeclarationStructure,
} from "ts-morph";
import type { WrittenBody } from "../../structure/write.ts";
import { identifier } from "../body/names.ts";
import { applyStatements, usesPass } from "./apply.ts";
import { applyDoc, classDoc } from "./docs.ts";
import type { ModuleFacts } from "./facts.ts";
import { predictStatements } from "./predict.ts";
import { loadStatements, metadataCode, saveStatements } from "./weight-files.ts";

type Method = OptionalKind<MethodDeclarationStructure>;

export function classOf(facts: ModuleFacts, body: WrittenBody): OptionalKind<ClassDeclarationStructure> {
  const { className, train } = facts;
  return {
    name: className,
    isExported: true,
    docs: [classDoc(facts)],
    properties: propertiesOf(facts),
    ctors: [
      {
        docs: ["With initial weights, which `load` replaces. Equal seeds give equal weights."],
        parameters: [{ name: "seed", initializer: String(train.seed) }],
        statements: constructorStatements,
      },
    ],
    getAccessors: [
      {
        name: "trainableVariables",
        returnType: "tf.Variable[]",
        statements: "return Object.values(this.weights).filter(({ trainable }) => trainable);",
      },
    ],
    methods: [
      apply(facts, body),
      predict(facts),
      loss(facts),
      optimizer(facts),
      ...files(facts),
      {
        name: "dispose",
        docs: ["Frees the weights."],
        returnType: "void",
        statements: "for (const weight of Object.values(this.weights)) weight.dispose();",
      },
      ...(usesPass(body) ? [weight(className)] : []),
    ],
  };
}

function weight(className: string): Method {
  return {
    name: "#weight",
    parameters: [{ name: "name", type: "string" }],
    returnType: "tf.Variable",
    statements: `
      const weight = this.weights[name as WeightName] as tf.Variable | undefined;
      if (weight === undefined) throw new RangeError(\`${className} has no weight \${name}\`);
      return weight;`,
  };
}

function propertiesOf({
  subject,
  inputs,
  loss,
  classes,
}: ModuleFacts): OptionalKind<PropertyDeclarationStructure>[] {
  const names = inputs.map(({ attributes: { name } }) => JSON.stringify(identifier(name)));
  const list = (values: readonly number[]) => `[${values.join(", ")}]`;
  const normalisations = inputs.map(({ attributes: { name, channels } }) => {
    const { mean, deviation } = subject.normalisations.get(name) ?? {
      mean: new Array<number>(channels).fill(0),
      deviation: new Array<number>(channels).fill(1),
    };
    return `${identifier(name)}: { mean: ${list(mean)}, deviation: ${list(deviation)} }`;
  });
  return [
    {
      name: "weights",
      type: "Readonly<Record<WeightName, tf.Variable>>",
      isReadonly: true,
      docs: ["By name, as in files; filters in the layout of TensorFlow.js."],
    },
    {
      name: "normalisation",
      type: `Record<${names.join(" | ")}, Normalisation>`,
      initializer: `{ ${normalisations.join(", ")} }`,
      docs: ["Of the training set; `load` reads it from the file of weights."],
    },
    ...(loss.measured.has("classWeights")
      ? [
          {
            name: "classWeights",
            type: "readonly number[] | undefined",
            docs: [
              "Of the loss, in class order, as measured on the training set; `load` reads them from the file of weights.",
            ],
          },
        ]
      : []),
    ...(loss.measured.has("binWeights")
      ? [
          {
            name: "binWeights",
            type: "Readonly<Record<string, readonly number[]>> | undefined",
            docs: [
              "Of the loss, by output, as measured on the training set; `load` reads them from the file of weights.",
            ],
          },
        ]
      : []),
    { name: "#metadata", type: "Record<string, string>", initializer: metadataCode(subject, classes) },
  ];
}

const constructorStatements = `
  const weights = Object.entries(weightSpecifications).map(([name, specification], i) => {
    const { shape, initial, trainable = true }: WeightSpecification = specification;
    const values = tf.tidy(() => fromFile(shape, initial(shape, seed + i)));
    const variable = tf.variable(values, trainable);
    values.dispose();
    return [name, variable] as const;
  });
  this.weights = Object.fromEntries(weights) as Record<WeightName, tf.Variable>;`;

function apply(facts: ModuleFacts, body: WrittenBody): Method {
  const { inputs, inputParameter } = facts;
  return {
    name: "apply",
    docs: [applyDoc(facts)],
    parameters: [
      { name: inputParameter, type: inputs.length === 1 ? "tf.Tensor4D" : "Inputs" },
      {
        name: usesPass(body) ? "{ training = false, dropoutMask = randomMask }" : "_options",
        type: "ApplyOptions",
        initializer: "{}",
      },
    ],
    returnType: "Outputs",
    statements: applyStatements(facts, body),
  };
}

function predict(facts: ModuleFacts): Method {
  const single = facts.inputs.length === 1;
  return {
    name: "predict",
    docs: [
      "What `fcn predict` gives for an image of any size: normalised, mirrored at its borders up to an accepted size, and read at its own pixels.\n@throws RangeError where no accepted size covers the image.",
    ],
    parameters: [{ name: single ? facts.inputParameter : "images", type: single ? "Image" : "Images" }],
    returnType: "Prediction",
    statements: predictStatements(facts),
  };
}

function loss({ subject: { network }, loss: written }: ModuleFacts): Method {
  const which = network.train === undefined ? "that is usual for these outputs" : "of the `train` section";
  return {
    name: "loss",
    docs: [`The loss ${which}. At a position that is unknown nothing is compared.`],
    parameters: [
      { name: "outputs", type: "Outputs" },
      { name: "targets", type: "Targets" },
    ],
    returnType: "tf.Scalar",
    statements: `return tf.tidy(() => {\n${written.lines.join("\n")}\n});`,
  };
}

function optimizer({ subject: { network }, optimizer: { className } }: ModuleFacts): Method {
  const which = network.train === undefined ? "Adam" : "The optimizer of the `train` section";
  return {
    name: "optimizer",
    docs: [`${which}, for the weights that training changes.`],
    parameters: [{ name: "learningRate", hasQuestionToken: true, type: "number" }],
    returnType: className,
    statements: `return new ${className}(this.trainableVariables, learningRate);`,
  };
}

function files(facts: ModuleFacts): readonly Method[] {
  return [
    {
      name: "load",
      docs: [
        "Takes the weights of a safetensors file, as `fcn train` and `save` write it.\n@throws RangeError where a weight is missing or has another shape; nothing is changed then.",
      ],
      parameters: [{ name: "file", type: "ArrayBuffer | Uint8Array" }],
      returnType: "void",
      statements: loadStatements(facts),
    },
    {
      name: "save",
      isAsync: true,
      docs: ["The weights as a safetensors file, which `fcn predict` and `fcn train` read too."],
      returnType: "Promise<Uint8Array>",
      statements: saveStatements(facts),
    },
  ];
}
