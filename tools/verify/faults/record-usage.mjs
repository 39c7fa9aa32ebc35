/** Loaded into a measured program before its own code: leaves what it used of processor and memory when it exits. */
import { writeFileSync } from "node:fs";

const file = process.env.FCN_USAGE_FILE;
if (file !== undefined)
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeFileSync(
      file,
      JSON.stringify({ processorSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 }),
    );
  });
