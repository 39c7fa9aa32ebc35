/** TypeScript wrapped and spaced by Prettier, loaded when it is used: ts-morph prints what it is given. */
export async function formatTypeScript(text: string): Promise<string> {
  const [{ format }, typescript, estree] = await Promise.all([
    import("prettier/standalone"),
    import("prettier/plugins/typescript"),
    import("prettier/plugins/estree"),
  ]);
  return format(text, {
    parser: "typescript",
    plugins: [typescript.default ?? typescript, estree.default ?? estree] as never, // the packages' types leave out the second
    printWidth: 100,
  });
}
