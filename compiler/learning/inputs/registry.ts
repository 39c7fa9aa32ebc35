/** Every kind of input. A new one is a file beside this and a line here. */
import { type ConfigurationOf, defaultOf } from "../definition/definition.ts";
import { imageInput } from "./image.ts";

export const inputKinds = [imageInput] as const;

export type InputSource = ConfigurationOf<(typeof inputKinds)[number]>;

/** An input for which nothing is said. */
export const usualInput: InputSource = defaultOf(imageInput);
