/** Every name that a module may declare beside its blocks and losses, which take others. */
import { optimizers } from "../../../learning/optimizers/registry.ts";
import { identifier, upperFirst } from "../body/names.ts";
import { everyHelperText } from "../helpers/registry.ts";
import { everyTrainingHelperText } from "../training/training-helpers.ts";
import { moduleTexts } from "./texts.ts";
import { initialTexts } from "./weights.ts";

/** Of the constants and types that are written for each network, and of the variables of `apply`. */
const written =
  `parameters classNames classColours acceptedSizes Inputs Images Outputs OutputName Prediction Targets ApplyOptions Normalisation
  WeightName weightSpecifications Moments zerosLike inputs training dropoutMask`.split(/\s+/);

export function declaredNames(): readonly string[] {
  const texts = [
    ...everyHelperText(),
    ...everyTrainingHelperText(),
    ...Object.values(moduleTexts),
    ...Object.values(initialTexts),
  ];
  const classes = optimizers.map(({ name }) => upperFirst(identifier(name)));
  return [...texts.flatMap(declarations), ...classes, ...written];
}

/** The names that a text of TypeScript declares for its whole module. */
export function declarations(text: string): readonly string[] {
  const found = text.matchAll(/^(?:export )?(?:function|const|type|interface|class) (\w+)/gm);
  return [...found].map(([, name = ""]) => name);
}
