/** Every example as a TypeScript module: formatted, of valid types, and as close to float64 as it may be. */
import type { PerAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { refusals } from "../../../compiler/targets/typescript/refusals.ts";
import { emittedModules } from "./check-typescript.ts";
import { faultsOf, measureTypeScript } from "./measure-typescript.ts";
import { readTypeScriptRecord } from "./typescript-record.ts";

interface Given {
  readonly example: string;
  readonly network: CompiledNetwork;
  readonly asked: readonly { readonly size: PerAxis<number>; readonly batch: number }[];
}

const shortSteps = 3;

/**
 * What `npm run verify:typescript` recorded is judged; in short some steps are measured on `wasm`.
 * @returns whether all are right
 */
export async function verifyTypeScript(
  given: readonly Given[],
  { report, short }: { readonly report: (line: string) => void; readonly short: boolean },
): Promise<boolean> {
  const modules = emittedModules(given); // compiled by a process of its own, beside the measurements
  const faults: string[] = [];
  const record = await readTypeScriptRecord();
  for (const { example, network, asked } of given) {
    if (refusals(network).length > 0) continue;
    const result = short
      ? await measureTypeScript(network, asked, { backends: ["wasm"], steps: shortSteps })
      : record[example];
    if (result === undefined || "refused" in result) {
      faults.push(`${example} is not measured: npm run verify:typescript -- --only ${example}`);
      continue;
    }
    const own = faultsOf(result).map((fault) => `${example} as TypeScript: ${fault}`);
    if (short && own.length === 0) report(`${example} as TypeScript: right`);
    faults.push(...own);
  }
  faults.push(...(await modules).mistakes);
  for (const fault of faults) report(fault);
  return faults.length === 0;
}
