import { mergeRunSchema } from "../../core/merge/mergeRun.ts";
import type { RunManifest } from "../../core/runs/manifest.ts";

/** The folder that a merge writes to; undefined for other runs, and where the configuration cannot be read. */
export function mergeOutput({ kind, configuration }: RunManifest): string | undefined {
  if (kind !== "merge") return undefined;
  return mergeRunSchema.pick({ output: true }).safeParse(configuration.resolved).data?.output;
}
