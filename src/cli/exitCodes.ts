import { MedleyError } from "../core/errors.ts";

/** Documented in docs/cli.md and under `medley --help`. */
export const exitCodes = {
  success: 0,
  defect: 1,
  usage: 2,
  data: 3,
  model: 4,
  run: 5,
  itemsFailed: 6,
  cancelled: 130,
} as const;

const byErrorCode: Readonly<Record<string, number>> = {
  "configuration.invalid": exitCodes.usage,
  "file.unusable": exitCodes.data,
  "data.malformed": exitCodes.data,
  "model.unusable": exitCodes.model,
  "model.hostEnded": exitCodes.model,
  "run.unusable": exitCodes.run,
  cancelled: exitCodes.cancelled,
};

export function exitCodeOf(error: unknown): number {
  return error instanceof MedleyError ? (byErrorCode[error.code] ?? exitCodes.defect) : exitCodes.defect;
}

export const exitCodeHelp = `
Exit status:
  0    done
  1    a defect in Medley
  2    wrong arguments or configuration
  3    a file or its data is unusable
  4    the model cannot be loaded or keeps failing
  5    the run folder cannot be used: another process has it, the disk is full, it is damaged
  6    finished, but some items could not be evaluated
  130  cancelled (Ctrl-C); what was computed is kept`;
