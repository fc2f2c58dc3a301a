import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** Tells one process from every other, also from a later one that was given the same pid, on this or another machine. */
export const processIdentitySchema = z.object({
  host: z.string(),
  pid: z.int().positive(),
  /** Changes with every start of the machine. Linux only. */
  boot: z.string().optional(),
  /** Namespace that the pid belongs to: containers number their processes apart. Linux only. */
  namespace: z.string().optional(),
  /** Start of the process in clock ticks since the machine's start. Linux only. */
  start: z.string().optional(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    pid: process.pid,
    boot: bootId(),
    namespace: pidNamespace(),
    start: processStart(process.pid),
  };
}

/**
 * Whether the process lives; "unknown" for one that cannot be asked, on another machine or in another container.
 * A different boot id under the same host name is either this machine before its restart or another of that name.
 */
export function liveness(identity: ProcessIdentity): "alive" | "dead" | "unknown" {
  const here = identity.host === hostname() && identity.boot === bootId() && identity.namespace === pidNamespace();
  if (!here) return "unknown";
  if (!pidExists(identity.pid)) return "dead";
  const start = processStart(identity.pid);
  return identity.start !== undefined && start !== undefined && identity.start !== start ? "dead" : "alive";
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function bootId(): string | undefined {
  return readProc("/proc/sys/kernel/random/boot_id")?.trim();
}

function pidNamespace(): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}

/** A zombie counts as gone: its parent has not yet asked for its end, but it writes no more. */
function processStart(pid: number): string | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the command in parentheses and may hold anything; the third is the state, the 22nd the start.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "zombie" : fields[19];
}

function readProc(path: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process ended between two looks at it, or /proc is not mounted: nothing is known then.
    return undefined;
  }
}
