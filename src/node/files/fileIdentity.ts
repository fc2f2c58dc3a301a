import type { BigIntStats } from "node:fs";

/**
 * Changes whenever another content takes a file's place. The time of modification alone can be copied, as `cp -p` does;
 * that of the last change of state (ctime) cannot be set.
 */
export function fileIdentity({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return `${size}-${mtimeNs}-${ctimeNs}-${ino}`;
}
