import { ConfigurationError } from "../../core/errors.ts";

/**
 * What a run would do beyond reading models and data and writing what is new. Whoever sent a run folder wrote its run.json, so
 * that none of it is done unless the person who starts the run allows it.
 */
export interface RunRequests {
  /** Program that it starts. */
  readonly program?: string;
  /** Folders with results of others that it may replace. */
  readonly replaces?: string;
}

/** What a person allows a run. */
export interface RunPermissions {
  /** This program, and no other. */
  readonly program?: string;
  /** To replace whatever its configuration says. */
  readonly replace?: boolean;
}

/** @throws ConfigurationError when a run would do something that the user has not allowed */
export function refuseRequests({ program, replaces }: RunRequests): void {
  if (program !== undefined) {
    throw new ConfigurationError(`The run starts the program ${program}, which its run.json names.`, {
      hint: `A run folder from elsewhere could name any program. If you know this one, allow it with --python ${program}`,
      place: { field: "python" },
    });
  }
  if (replaces !== undefined) {
    throw new ConfigurationError(`The run may replace the model in ${replaces}, as its run.json says.`, {
      hint: "A run folder from elsewhere could name any folder. If it may be replaced, say so with --overwrite",
      place: { field: "overwrite" },
    });
  }
}
