import { RunError } from "../../core/errors.ts";

const reasons: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ["the disk is full", "Free some space, then resume the run: everything written so far is kept."],
  EDQUOT: ["your disk quota is used up", "Free some space, then resume the run: everything written so far is kept."],
  EFBIG: ["the file would grow over the size limit of this file system or process", "Raise the limit, then resume."],
  EROFS: ["the file system is read-only", "Choose another folder with --runs."],
  EACCES: ["permission denied", "Check the folder's permissions, or choose another folder with --runs."],
  EPERM: ["permission denied", "Check the folder's permissions, or choose another folder with --runs."],
  EIO: ["the disk reports a fault", "Check the disk before you resume the run."],
  ENOENT: ["its folder was deleted or moved meanwhile", "Start the run again."],
};

/** The clear form of a failed write, with what the user can do. */
export function writeError(file: string, cause: unknown): RunError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const [what, hint] = reasons[code] ?? [cause instanceof Error ? cause.message : String(cause), undefined];
  return new RunError(`The file cannot be written: ${what}.`, { place: { file }, hint, cause });
}
