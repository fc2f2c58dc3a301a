import { evaluationKind } from "../evaluation/evaluationKind.ts";
import { mergeKind } from "../merge/mergeKind.ts";
import type { RunManifest } from "./manifest.ts";
import { configurationOf, type RunKind, type RunTraits } from "./runKind.ts";

/** Every kind of run, one line each. */
export const runKinds: readonly RunKind[] = [evaluationKind, mergeKind];

type OfKind = Pick<RunManifest, "kind">;

/** The kind of a run; undefined for one that this Medley does not know. */
export function findRunKind({ kind }: OfKind): RunKind | undefined {
  return runKinds.find(({ id }) => id === kind);
}

/** Whether a run has a trait. Runs of unknown kinds have none. */
export function hasTrait(trait: keyof RunTraits, manifest: OfKind | undefined): boolean {
  return manifest !== undefined && findRunKind(manifest)?.traits[trait] === true;
}

/** Counters that tell how far a run is, the most telling first. */
export function progressUnits(manifest: OfKind): readonly string[] {
  return findRunKind(manifest)?.units ?? [];
}

/** The folder outside of the run that it writes to; undefined where there is none, or the configuration is damaged. */
export function outputFolderOf(manifest: Pick<RunManifest, "kind" | "configuration">): string | undefined {
  const kind = findRunKind(manifest);
  const configuration = kind && configurationOf(kind, manifest);
  return configuration === undefined ? undefined : kind?.outputFolder?.(configuration);
}
