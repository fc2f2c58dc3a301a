import type { z } from "zod";
import type { RunManifest } from "./manifest.ts";

/** What lists, menus and schedulers ask of a run without knowing its kind. */
export interface RunTraits {
  /** Loads models into memory: in a window one such run works at a time, and each waits for memory that others use. */
  readonly loadsModels: boolean;
  /** Answers items one by one (`items.jsonl`), which result pages, reports and comparisons show. */
  readonly hasItems: boolean;
  /** Ends in numbers or files that are cited. */
  readonly citable: boolean;
}

/** A kind of work that is done in a run folder, as far as it can be told from the folder. */
export interface RunKind<Configuration = unknown, Summary = unknown> {
  /** As in the manifest: `evaluation`, `merge`, … */
  readonly id: string;
  /** Of the manifest's `configuration.resolved`. */
  readonly configuration: z.ZodType<Configuration>;
  /** Of the `summary` event. */
  readonly summary: z.ZodType<Summary>;
  /** Counters of its progress events that tell how far it is: the first of them that has a total. */
  readonly units: readonly [string, ...string[]];
  readonly traits: RunTraits;
  /** Absolute path of the folder outside of the run that it writes to; absent for kinds that write to none. */
  outputFolder?(configuration: Configuration): string;
}

/** The resolved configuration of a run; undefined when the run is of another kind, or its configuration is damaged. */
export function configurationOf<Configuration>(
  { id, configuration }: RunKind<Configuration>,
  manifest: Pick<RunManifest, "kind" | "configuration">,
): Configuration | undefined {
  return manifest.kind === id ? configuration.safeParse(manifest.configuration.resolved).data : undefined;
}
