import { hasTrait } from "../../core/runs/kinds.ts";
import type { CatalogRun } from "../runs/runCatalog.ts";

/** The evaluations that work now, by the path of the model that each has loaded. */
export function modelsInUse(runs: readonly CatalogRun[]): Map<string, CatalogRun[]> {
  const inUse = new Map<string, CatalogRun[]>();
  for (const run of runs) {
    const file = run.state === "running" && hasTrait("loadsModels", run.manifest) ? modelOf(run) : undefined;
    if (file !== undefined) inUse.set(file, [...(inUse.get(file) ?? []), run]);
  }
  return inUse;
}

function modelOf({ manifest }: CatalogRun): string | undefined {
  return manifest?.inputs.find(({ role }) => role === "model")?.path;
}
