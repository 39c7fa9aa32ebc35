/** Whether the operating system shows a GPU at all, found without loading a driver. */
import { existsSync, readdirSync } from "node:fs";

/**
 * On Linux a GPU has a device file: /dev/dri/renderD*, /dev/nvidia*, /dev/kfd or, under WSL, /dev/dxg. Elsewhere, and where the
 * environment names a Vulkan driver, the answer is yes: only the driver knows. Loading Vulkan costs a quarter of a second and
 * some drivers write to the terminal when they find nothing.
 */
export function mayHaveGpu(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
  devices: readonly string[] = deviceFiles(),
): boolean {
  if (platform !== "linux") return true;
  if (environment.VK_ICD_FILENAMES !== undefined || environment.VK_DRIVER_FILES !== undefined) return true;
  return devices.some((name) => /^(renderD\d+|nvidia\d+|kfd|dxg)$/.test(name));
}

function deviceFiles(): readonly string[] {
  return ["/dev", "/dev/dri"].flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
}
