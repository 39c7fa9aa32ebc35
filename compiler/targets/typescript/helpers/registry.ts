/** Every helper, in the order in which a module shows them: what the network calls first, what that is made of after. */
import { commonHelpers } from "./common.ts";
import { convolutionHelpers } from "./convolution.ts";
import { convolutionGradientHelpers } from "./convolution-gradients.ts";
import type { Helper } from "./helper.ts";
import { normalisationHelpers } from "./normalisation.ts";
import { poolingHelpers } from "./pooling.ts";
import { resamplingHelpers } from "./resampling.ts";

const all = {
  ...commonHelpers,
  ...convolutionHelpers,
  ...convolutionGradientHelpers,
  ...poolingHelpers,
  ...resamplingHelpers,
  ...normalisationHelpers,
};

export type HelperName = keyof typeof all;

const helpers: { readonly [N in HelperName]: Helper<HelperName> } = all;

/** The texts of these helpers and all that they need. */
export function helperTexts(wanted: Iterable<HelperName>): readonly string[] {
  const needed = new Set<HelperName>();
  const need = (name: HelperName): void => {
    if (needed.has(name)) return;
    needed.add(name);
    helpers[name].needs.forEach(need);
  };
  for (const name of wanted) need(name);
  return (Object.keys(helpers) as HelperName[])
    .filter((name) => needed.has(name))
    .map((name) => helpers[name].text);
}

export function everyHelperText(): readonly string[] {
  return Object.values(helpers).map(({ text }) => text);
}
