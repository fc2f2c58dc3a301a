import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { workerEntry } from "../workerEntry.ts";

/**
 * Starts a process that performs the run in a folder and outlives this one. Follow it by reading the folder; what it
 * prints, which is nothing unless it fails early, goes to `process.log` there.
 * @returns its process id
 */
export async function startDetached(folder: string): Promise<number> {
  const { script, execArgv } = workerEntry("run");
  const log = await open(join(folder, "process.log"), "a");
  try {
    const child = spawn(process.execPath, [...execArgv, script, folder], {
      detached: true,
      // Without the variable an Electron executable would open a window instead of running the script.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["ignore", log.fd, log.fd],
    });
    await once(child, "spawn");
    child.unref();
    return child.pid!;
  } finally {
    await log.close();
  }
}
