import { exitStatus, MedleyError, type ExitStatus } from "../core/errors.ts";

/** The exit status of a command that ends with this error. */
export function exitStatusOf(error: unknown): ExitStatus {
  return error instanceof MedleyError ? error.exitStatus : exitStatus.defect;
}

export const exitStatusHelp = `
Exit status:
  0    done
  1    a defect in Medley
  2    wrong arguments or configuration
  3    a file or its data is unusable
  4    the model cannot be loaded or keeps failing
  5    the run folder cannot be used: another process has it, the disk is full, it is damaged
  6    finished, but some items could not be evaluated
  130  cancelled (Ctrl-C); what was computed is kept`;
