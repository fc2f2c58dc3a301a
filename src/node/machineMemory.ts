import { totalmem } from "node:os";
import process from "node:process";
import type { Memory } from "../core/models/memoryNeed.ts";

/** Memory that a process here may take now, and all there is; of a container what that is allowed. */
export function machineMemory(): Memory {
  // 0, or more than there is, where nothing limits the process.
  const allowed = process.constrainedMemory();
  const total = allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
  return { available: Math.min(process.availableMemory(), total), total };
}
