/** `fcn doctor`: what this machine has, what is missing, and how to install it. */
import type { Command } from "commander";
import { jsonText } from "../../console/json-text.ts";
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
  const remedy = (text: string | null) => (text === null ? [] : [`            to install it: ${text}`]);
  const limit = (largest: { readonly bytes: number } | undefined) =>
    largest === undefined ? "" : `; at most ${gigabytes(largest.bytes)} in one feature map or weight`;
  const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;
  return [
    `fcn ${found.fcn}, Node ${found.node}, ${found.platform}`,
    `${found.cores} cores (${found.processor}), ${gigabytes(found.memory.total)} memory, ${gigabytes(found.memory.free)} free`,
    "",
    "engines",
    ...found.engines.flatMap((engine) =>
      engine.works
        ? [
            `  ${mark(true)} ${engine.engine.padEnd(11)} ${engine.description}, on ${engine.device}${engine.software ? " (emulated: very slow)" : ""}${limit(engine.largestArray)}`,
          ]
        : [`  ${mark(false)} ${engine.engine.padEnd(11)} ${engine.reason}`, ...remedy(engine.remedy)],
    ),
    found.chosen === null
      ? "  no engine works: training and prediction cannot run"
      : `  --engine auto selects ${found.chosen.engine}: ${found.chosen.why}`,
    "",
    "PyTorch (--engine torch)",
    ...(found.torch.version === null
      ? [`  ${mark(false)} ${found.torch.reason}`, ...remedy(found.torch.remedy)]
      : [
          `  ${mark(true)} PyTorch ${found.torch.version}, Python ${found.torch.python}: ${found.torch.interpreter} (from ${found.torch.from})`,
          found.torch.devices.length === 0
            ? "      computes on the CPU: it has no GPU that works"
            : `      computes on ${found.torch.devices.join(", ")}`,
        ]),
  ].join("\n");
}
