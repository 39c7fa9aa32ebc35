/** Every helper, in the order in which a module shows them: what the network calls first, what that is made of after. */
import { attentionHelpers } from "./attention.ts";
import { commonHelpers } from "./common.ts";
import { convolutionHelpers } from "./convolution.ts";
import { convolutionGradientHelpers } from "./convolution-gradients.ts";
import { crfHelpers } from "./crf.ts";
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
  ...attentionHelpers,
  ...crfHelpers,
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
  for (const name of [...needed]) {
    const { replaces } = helpers[name];
    if (replaces !== undefined) needed.delete(replaces);
  }
  return (Object.keys(helpers) as HelperName[])
    .filter((name) => needed.has(name))
    .map((name) => helpers[name].text);
}

export function everyHelperText(): readonly string[] {
  const replaced = new Set(Object.values(helpers).map(({ replaces }) => replaces));
  return (Object.keys(helpers) as HelperName[])
    .filter((name) => !replaced.has(name))
    .map((name) => helpers[name].text);
}
