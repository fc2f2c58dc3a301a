import { RunError } from "../../core/errors.ts";

const reasons: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ["the disk is full", "Free some space, then resume the run: everything written so far is kept."],
  EDQUOT: ["your disk quota is used up", "Free some space, then resume the run: everything written so far is kept."],
  EFBIG: ["the file would grow over the size limit of this file system or process", "Raise the limit, then resume."],
  EROFS: ["the file system is read-only", "Choose another folder with --runs."],
  EACCES: ["permission denied", "Check the folder's permissions, or choose another folder with --runs."],
  EPERM: ["permission denied", "Check the folder's permissions, or choose another folder with --runs."],
  EIO: ["the disk reports a fault", "Check the disk before you resume the run."],
  ENOENT: ["its folder is gone, or takes no files", "Start again, or choose another folder."],
  EMFILE: ["too many files are open in this process", "Allow more with: ulimit -n 1024"],
};

/** Why something cannot be written, as the end of a sentence. */
export function writeProblem(cause: NodeJS.ErrnoException): string {
  return reasons[cause.code ?? ""]?.[0] ?? cause.message;
}

/** The clear form of a failed write, with what the user can do. */
export function writeError(file: string, cause: unknown): RunError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const [what, hint] = reasons[code] ?? [cause instanceof Error ? cause.message : String(cause), undefined];
  return new RunError(`The file cannot be written: ${what}.`, { place: { file }, hint, cause });
}
