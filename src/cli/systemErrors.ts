import { FileError } from "../core/errors.ts";

/** What the system refuses at any place of any command, as an error for a person; every other error as it is. */
export function asUserError(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === "uv_cwd") {
    return new FileError("The current folder was deleted.", { hint: "Change to another one with cd.", cause: error });
  }
  if (code === "EMFILE" || code === "ENFILE") {
    return new FileError("Too many files are open.", { hint: "Allow more with: ulimit -n 1024", cause: error });
  }
  return error;
}
