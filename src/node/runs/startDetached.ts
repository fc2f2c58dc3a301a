import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RunError } from "../../core/errors.ts";
import { spawnDetachedWorker } from "../processes/workers.ts";
import { readManifest } from "./runFolder.ts";
import type { RunPermissions } from "./runRequests.ts";

const processLog = "process.log";
const pollInterval = 50;

/**
 * Starts a process that performs the run in a folder and outlives this one. Follow it by reading the folder; what it
 * prints, which is nothing unless it fails early, goes to `process.log` there.
 * @param permissions what the person who starts it allows it
 * @returns its process id, once it works on the run
 * @throws RunError when it ends before it does
 */
export async function startDetached(folder: string, permissions: RunPermissions = {}): Promise<number> {
  const { sessions } = await readManifest(folder);
  const log = await open(join(folder, processLog), "a");
  try {
    const child = spawnDetachedWorker("run", [folder, JSON.stringify(permissions)], ["ignore", log.fd, log.fd]);
    await once(child, "spawn");
    await sessionBegins(folder, sessions, child);
    child.unref();
    return child.pid!;
  } finally {
    await log.close();
  }
}

/** Until then the folder holds earlier sessions only, and a follower would take the run for ended. */
async function sessionBegins(folder: string, before: number, child: ChildProcess): Promise<void> {
  for (;;) {
    const ended = child.exitCode ?? child.signalCode;
    if ((await readManifest(folder)).sessions > before) return;
    if (ended !== null) {
      const printed = (await readFile(join(folder, processLog), "utf8")).trim().split("\n").slice(-3).join(" ");
      throw new RunError(`The process of the run ended before it began (${ended}): ${printed}`, {
        place: { file: folder },
        hint: `What it printed is in ${processLog} there.`,
      });
    }
    await sleep(pollInterval);
  }
}
