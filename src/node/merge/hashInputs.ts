import type { ModelReference } from "../../core/checkpoint/modelReference.ts";
import type { RunInput } from "../../core/runs/manifest.ts";
import { fileSha256 } from "../files/fileHash.ts";
import { hashCacheFolder } from "../runs/runFolder.ts";
import type { RunSession } from "../runs/runSession.ts";
import { openModels, type ModelPlaces } from "../checkpoint/openModels.ts";

/**
 * Records the SHA-256 of every weight file of a merge's models and adapters in the manifest. Reads all of them once; what
 * was hashed before and has not changed since is not read again. A cancellation takes effect between files.
 * @throws FileError when a file cannot be read or changes meanwhile; the reason of the session's signal once it fires
 */
export async function hashInputs(
  session: RunSession,
  references: readonly ModelReference[],
  places: ModelPlaces,
): Promise<void> {
  await session.emit({ type: "phase", phase: "hash", title: "Hashing the models" });
  const files = [...(await openModels(references, places))].flatMap(([key, { checkpoint, adapter }]) => [
    ...checkpoint.files.map((file) => ({ ...file, role: "model", name: key })),
    ...(adapter?.files ?? []).map((file) => ({ ...file, role: "adapter", name: key })),
  ]);
  const total = { bytes: files.reduce((sum, { size }) => sum + size, 0) };
  const hashed: RunInput[] = [];
  let bytes = 0;
  for (const { role, name, path, size } of files) {
    session.signal.throwIfAborted();
    const sha256 = await fileSha256(path, hashCacheFolder(session.folder));
    hashed.push({ role, name, path, bytes: size, sha256 });
    bytes += size;
    await session.emit({ type: "progress", phase: "hash", done: { bytes }, total });
  }
  const others = session.manifest.inputs.filter(({ role }) => role !== "model" && role !== "adapter");
  await session.updateManifest({ inputs: [...others, ...hashed] });
}
