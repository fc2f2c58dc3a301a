import { canonicalJson, changedComponents, jsonSha256 } from "../../core/runs/canonicalJson.ts";
import { describeChanges } from "../../core/evaluation/runIdentity.ts";
import type { RunManifest, RunState } from "../../core/runs/manifest.ts";
import { listRuns, type RunListing } from "../runs/runFolder.ts";
import type { PreparedEvaluation } from "./prepareEvaluation.ts";

/** What the folder of runs already has of an evaluation. */
export interface EarlierRun {
  /** The latest run with the same identity. */
  readonly same?: { readonly folder: string; readonly state: RunState };
  /** When there is none: the latest run of the same paths and names, and what has changed since. */
  readonly changed?: { readonly folder: string; readonly changes: string };
  /** Runs that cannot be read; one of them may have been this one. */
  readonly unreadable: readonly RunListing[];
}

/** Looks for an earlier run of the same evaluation. A running or unfinished one is preferred over a finished one. */
export async function findEvaluation(root: string, { run }: PreparedEvaluation): Promise<EarlierRun> {
  const listings = (await listRuns(root)).reverse();
  const unreadable = listings.filter(({ problem }) => problem !== undefined);
  const evaluations = listings.flatMap(({ folder, manifest, state }) =>
    manifest?.kind === run.kind ? [{ folder, manifest, state: state! }] : [],
  );
  const fingerprint = jsonSha256(run.identity);
  const equal = evaluations.filter(({ manifest }) => manifest.fingerprint === fingerprint);
  const same = equal.find(({ state }) => state !== "finished") ?? equal[0];
  if (same !== undefined) return { same: { folder: same.folder, state: same.state }, unreadable };
  const alike = evaluations.find(({ manifest }) => addressOf(manifest) === addressOf(run));
  if (alike === undefined) return { unreadable };
  const before = alike.manifest.identity;
  const changes = describeChanges(before, run.identity, changedComponents(before, run.identity));
  return { changed: { folder: alike.folder, changes }, unreadable };
}

/** What a user would call the same evaluation, whatever the files hold: the paths, and the protocol's name. */
function addressOf({ configuration }: Pick<RunManifest, "configuration">): string {
  const { benchmark, models, protocol } = configuration.resolved as Record<string, { id?: string }>;
  return canonicalJson([benchmark ?? null, models, protocol?.id]);
}
