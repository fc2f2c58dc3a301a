import type { Remedy } from "./remedy.ts";

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
  /** What helps too, see {@link Remedy}. */
  readonly remedy?: Remedy;
  readonly place?: Place;
  readonly cause?: unknown;
}

/** Exit statuses of the command line, documented in docs/cli.md and under `medley --help`. */
export const exitStatus = {
  success: 0,
  defect: 1,
  usage: 2,
  data: 3,
  model: 4,
  run: 5,
  itemsFailed: 6,
  cancelled: 130,
} as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/**
 * Base of every error that a user may see. `message` says what happened and to which file or item;
 * `hint` says what to do next. Anything else that is thrown is a defect of Medley and is shown as one.
 */
export abstract class MedleyError extends Error {
  /** Stable identifier, for example `data.malformed`; tests and documentation refer to it. */
  abstract readonly code: string;
  /** That of a command that ends with it. */
  readonly exitStatus: ExitStatus = exitStatus.defect;
  readonly hint: string | undefined;
  readonly remedy: Remedy | undefined;
  readonly place: Place | undefined;

  constructor(message: string, options: MedleyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
    this.remedy = options.remedy;
    this.place = options.place;
  }
}

/** A file that the user named is absent, unreadable or not what it should be. */
export class FileError extends MedleyError {
  readonly code = "file.unusable";
  override readonly exitStatus = exitStatus.data;
}

/** A record of a data file does not have the documented form. */
export class DataError extends MedleyError {
  readonly code = "data.malformed";
  override readonly exitStatus = exitStatus.data;
}

/** A configuration, template or command-line argument is wrong. */
export class ConfigurationError extends MedleyError {
  readonly code = "configuration.invalid";
  override readonly exitStatus = exitStatus.usage;
}

/** A statistic is not defined for the numbers given: no items, lists of unequal length, a value out of range. */
export class StatisticsError extends MedleyError {
  readonly code = "statistics.undefined";
}

/** The model cannot be loaded, or cannot do what is asked of it. */
export class ModelError extends MedleyError {
  readonly code = "model.unusable";
  override readonly exitStatus = exitStatus.model;
}

/** The process that runs the model ended unexpectedly. */
export class ModelHostError extends MedleyError {
  readonly code = "model.hostEnded";
  override readonly exitStatus = exitStatus.model;
}

/** A run folder is in use, damaged, or does not fit what is asked. */
export class RunError extends MedleyError {
  readonly code = "run.unusable";
  override readonly exitStatus = exitStatus.run;
}

/** Text would leave this machine without a consent that names the host. Nothing was sent. */
export class PrivacyError extends MedleyError {
  readonly code = "privacy.noConsent";
  override readonly exitStatus = exitStatus.usage;
}

/** The user, or a `control/cancel` file, asked the work to stop. What was computed stays. */
export class CancelledError extends MedleyError {
  readonly code = "cancelled";
  override readonly exitStatus = exitStatus.cancelled;
}

/** The classes that keep their type on the way between processes. */
export const errorClasses: readonly (new (message: string, options?: MedleyErrorOptions) => MedleyError)[] = [
  FileError,
  DataError,
  ConfigurationError,
  StatisticsError,
  ModelError,
  ModelHostError,
  RunError,
  PrivacyError,
  CancelledError,
];

/** `file:line:column (field)`, as far as known; empty when nothing is. */
export function formatPlace(place: Place | undefined): string {
  if (place === undefined) return "";
  const position = [place.file, place.line, place.column].filter((part) => part !== undefined).join(":");
  const field = place.field === undefined ? "" : `(${place.field})`;
  return [position, field].filter((part) => part !== "").join(" ");
}

/**
 * The one place where an error becomes text for a person. Defects keep their stack so that they can be reported.
 * @param wordRemedy a sentence that says how to ask for a remedy, where the text is read; undefined where it is no use
 */
export function describeError(
  error: unknown,
  wordRemedy: (remedy: Remedy) => string | undefined = () => undefined,
): string {
  if (!(error instanceof MedleyError)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `This is a defect in Medley, please report it: ${detail}`;
  }
  const place = formatPlace(error.place);
  const { message, hint, remedy } = error;
  const help = [hint, remedy && wordRemedy(remedy)].filter((part) => part !== undefined).join(" ");
  return [place === "" ? message : `${place}: ${message}`, ...(help === "" ? [] : [help])].join("\n");
}
