import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of Medley's own files (the repository, the extension or the package), whether bundled or run from source. */
export function resourcesFolder(): string {
  const here = fileURLToPath(import.meta.url);
  return join(dirname(here), here.endsWith(".ts") ? "../.." : "..");
}
