/** `fcn doctor`: what this machine has, what is missing, and how to install it. */
import type { Command } from "commander";
import { withPrefix } from "../../../../views/text/numbers.ts";
import { jsonText } from "../../console/json-text.ts";
import { counted } from "../../console/numbers.ts";
import { pythonOption } from "../../console/options.ts";
import { styled, type Terminal } from "../../console/terminal.ts";

export function addDoctor(program: Command, terminal: () => Terminal): void {
  program
    .command("doctor")
    .description("show engines, versions and devices, what is missing and how to install it")
    .addOption(pythonOption())
    .option("--json", "print JSON")
    .action(async ({ json }: { readonly json?: true }) => {
      const { examineMachine } = await import("./examine-machine.ts");
      const found = await examineMachine();
      terminal().print(json ? jsonText(found) : inWords(found, terminal()));
    });
}

function inWords(
  found: Awaited<ReturnType<typeof import("./examine-machine.ts").examineMachine>>,
  terminal: Terminal,
) {
  const mark = (works: boolean) =>
    works ? styled("yes", "green", terminal.printColour) : styled("no ", "yellow", terminal.printColour);
  const remedy = (text: string | null, indent: number) => (text === null ? [] : [" ".repeat(indent) + text]);
  const limit = (largest: { readonly bytes: number } | undefined) =>
    largest === undefined ? "" : `; at most ${withPrefix(largest.bytes, "B")} in one feature map or weight`;
  return [
    `fcn ${found.fcn}, Node ${found.node}, ${found.platform}`,
    `${counted(found.cores, "core")} (${found.processor}), ${withPrefix(found.memory.total, "B")} memory, ${withPrefix(found.memory.free, "B")} free`,
    "",
    "engines",
    ...found.engines.flatMap((engine) =>
      engine.works
        ? [
            `  ${mark(true)} ${engine.engine.padEnd(11)} ${engine.description}, on ${engine.device}${engine.software ? " (emulated: very slow)" : ""}${limit(engine.largestArray)}`,
          ]
        : [`  ${mark(false)} ${engine.engine.padEnd(11)} ${engine.reason}`, ...remedy(engine.remedy, 18)],
    ),
    found.chosen === null
      ? "  no engine works here: networks cannot be trained or run"
      : `  --engine auto takes ${found.chosen.engine}: ${found.chosen.why}`,
    "",
    "PyTorch (--engine torch)",
    ...(found.torch.version === null
      ? [`  ${mark(false)} ${found.torch.reason}`, ...remedy(found.torch.remedy, 6)]
      : [
          `  ${mark(true)} PyTorch ${found.torch.version}, Python ${found.torch.python}: ${found.torch.interpreter} (from ${found.torch.from})`,
          found.torch.devices.length === 0
            ? "      on the CPU: it has no GPU that works"
            : `      on ${found.torch.devices.join(", ")}`,
        ]),
  ].join("\n");
}
