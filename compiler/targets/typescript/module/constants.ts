/** The exported constants of a module: parameters, class names and colours, accepted sizes. */
import { classPalette } from "../../../colour/class-palette.ts";
import { identifier } from "../body/names.ts";
import { classCount, type ModuleFacts } from "./facts.ts";
import { acceptedCode } from "./sizes.ts";

export interface Constant {
  readonly name: string;
  readonly doc: string;
  readonly code: string;
}

export function constantsOf(facts: ModuleFacts): readonly Constant[] {
  const { subject, graph, inputs, labelled, classes } = facts;
  const parameters = [...subject.network.parameters].map(
    ([name, value]) => `${propertyName(name)}: ${valueCode(value)}`,
  );
  const sizes = inputs.map(
    ({ attributes: { name, size } }) =>
      `${identifier(name)}: [${acceptedCode(graph, size[0])}, ${acceptedCode(graph, size[1])}]`,
  );
  const constants = [
    {
      name: "parameters",
      doc: "The values of the network's parameters.",
      code: `{ ${parameters.join(", ")} } as const`,
    },
  ];
  if (classes !== undefined) {
    constants.push({
      name: "classNames",
      doc: "The names of the classes, in the order of the channels.",
      code: `${JSON.stringify(classes)} as const`,
    });
  }
  if (labelled.size > 0) {
    const colours = classPalette(classCount(facts)).map((colour) => `[${colour.join(", ")}]`);
    constants.push({
      name: "classColours",
      doc: "A colour for each class, as `fcn predict` draws it: red, green and blue, 0 to 255.",
      code: `[${colours.join(", ")}] as const`,
    });
  }
  return [
    ...constants,
    {
      name: "acceptedSizes",
      doc: "The pixels that each input accepts, along height and width.",
      code: `{ ${sizes.join(", ")} } satisfies Record<string, [AcceptedSizes, AcceptedSizes]>`,
    },
  ];
}

function propertyName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** A parameter's printed value: a number, a truth value or a list of them as it is, else as text. */
function valueCode(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}
