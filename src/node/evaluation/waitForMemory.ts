import { hostname } from "node:os";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatBytes } from "../../core/formatting.ts";
import { hasTrait } from "../../core/runs/kinds.ts";
import type { RunManifest } from "../../core/runs/manifest.ts";
import { machineMemory } from "../machineMemory.ts";
import { listRuns } from "../runs/runFolder.ts";
import { lockHolder } from "../runs/runLock.ts";
import type { RunSession } from "../runs/runSession.ts";

const pollInterval = 500;

/**
 * Waits until the model of an evaluation fits into memory beside those of the evaluations in the same folder of runs that
 * began to work before it on this machine, and says what it waits for. Who began first goes first, so nobody waits for
 * each other. A file that several processes load counts once: its weights are mapped, hence shared.
 * @param memory bytes that all models together may take
 * @throws what the session's signal fires with
 */
export async function waitForMemory(
  session: Pick<RunSession, "folder" | "manifest" | "signal" | "emit">,
  memory: number = machineMemory().total,
): Promise<void> {
  const own = modelsOf(session.manifest);
  let told = "";
  for (;;) {
    session.signal.throwIfAborted();
    const earlier = await earlierEvaluations(session.folder);
    const models = new Map([...earlier.flatMap(({ models }) => models), ...own]);
    const bytes = [...models.values()].reduce((sum, size) => sum + size, 0);
    if (earlier.length === 0 || bytes <= memory) return;
    const names = earlier.map(({ name }) => name).join(", ");
    if (names !== told) {
      told = names;
      const title = `Waits for ${names}: its model and this one take ${formatBytes(bytes)}, and the memory has ${formatBytes(memory)}`;
      await session.emit({ type: "phase", phase: "wait", title });
    }
    await sleep(pollInterval, undefined, { signal: session.signal }).catch(() => undefined);
  }
}

interface Working {
  readonly name: string;
  readonly models: [identity: string, bytes: number][];
}

/** Evaluations that work now, on this machine, and began before the one in `folder` did. */
async function earlierEvaluations(folder: string): Promise<Working[]> {
  const own = await lockHolder(folder);
  const working: Working[] = [];
  for (const { folder: other, manifest, state } of await listRuns(dirname(folder))) {
    if (manifest === undefined || state !== "running" || basename(other) === basename(folder)) continue;
    if (!hasTrait("loadsModels", manifest)) continue;
    const holder = await lockHolder(other);
    if (holder === undefined || own === undefined || holder.process.host !== hostname()) continue;
    // Of two that began in the same millisecond, the names decide.
    const began = `${holder.since} ${basename(other)}`;
    if (began < `${own.since} ${basename(folder)}`) working.push({ name: basename(other), models: modelsOf(manifest) });
  }
  return working;
}

function modelsOf({ inputs }: RunManifest): [identity: string, bytes: number][] {
  return inputs.flatMap(({ role, name, sha256 = name, bytes = 0 }) => (role === "model" ? [[sha256, bytes]] : []));
}
