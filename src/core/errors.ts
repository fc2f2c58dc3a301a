/** Where in the user's input an error sits. Lines and columns are 1-based, as editors show them. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Field of a record, key path of a configuration, or name of a tensor. */
  readonly field?: string;
}

export interface MedleyErrorOptions {
  /** What the user can do next, as a full sentence. */
  readonly hint?: string;
  readonly place?: Place;
  readonly cause?: unknown;
}

/**
 * Base of every error that a user may see. `message` says what happened and to which file or item;
 * `hint` says what to do next. Anything else that is thrown is a defect of Medley and is shown as one.
 */
export abstract class MedleyError extends Error {
  /** Stable identifier, for example `data.malformed`; tests and documentation refer to it. */
  abstract readonly code: string;
  readonly hint: string | undefined;
  readonly place: Place | undefined;

  constructor(message: string, options: MedleyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
    this.place = options.place;
  }
}

/** A file that the user named is absent, unreadable or not what it should be. */
export class FileError extends MedleyError {
  readonly code = "file.unusable";
}

/** Data files of benchmarks are not on this machine. */
export class MissingDataError extends FileError {
  /** Ids of the benchmarks, as far as their data can be fetched. */
  readonly benchmarks: readonly string[];

  constructor(message: string, { benchmarks, ...options }: MedleyErrorOptions & { benchmarks: readonly string[] }) {
    super(message, options);
    this.benchmarks = benchmarks;
  }
}

/** A record of a data file does not have the documented form. */
export class DataError extends MedleyError {
  readonly code = "data.malformed";
}

/** A configuration, template or command-line argument is wrong. */
export class ConfigurationError extends MedleyError {
  readonly code = "configuration.invalid";
}

/** A statistic is not defined for the numbers given: no items, lists of unequal length, a value out of range. */
export class StatisticsError extends MedleyError {
  readonly code = "statistics.undefined";
}

/** The model cannot be loaded, or cannot do what is asked of it. */
export class ModelError extends MedleyError {
  readonly code = "model.unusable";
}

/** The process that runs the model ended unexpectedly. */
export class ModelHostError extends MedleyError {
  readonly code = "model.hostEnded";
}

/** A run folder is in use, damaged, or does not fit what is asked. */
export class RunError extends MedleyError {
  readonly code = "run.unusable";
}

/** The user, or a `control/cancel` file, asked the work to stop. What was computed stays. */
export class CancelledError extends MedleyError {
  readonly code = "cancelled";
}

/** `file:line:column (field)`, as far as known; empty when nothing is. */
export function formatPlace(place: Place | undefined): string {
  if (place === undefined) return "";
  const position = [place.file, place.line, place.column].filter((part) => part !== undefined).join(":");
  const field = place.field === undefined ? "" : `(${place.field})`;
  return [position, field].filter((part) => part !== "").join(" ");
}

/** The one place where an error becomes text for a person. Defects keep their stack so that they can be reported. */
export function describeError(error: unknown): string {
  if (!(error instanceof MedleyError)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `This is a defect in Medley, please report it: ${detail}`;
  }
  const place = formatPlace(error.place);
  return [place === "" ? error.message : `${place}: ${error.message}`, error.hint]
    .filter((part) => part !== undefined)
    .join("\n");
}
