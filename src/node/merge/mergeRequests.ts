import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../../core/errors.ts";
import { mergeKind } from "../../core/merge/mergeKind.ts";
import type { RunManifest } from "../../core/runs/manifest.ts";
import { configurationOf } from "../../core/runs/runKind.ts";
import { isBegunBy } from "../runs/outputFolder.ts";
import type { RunRequests } from "../runs/runRequests.ts";
import { holdsModel } from "../checkpoint/checkpointForm.ts";
import { defaultPython } from "./mergekitBackend.ts";

/** The permissions that a merge needs from its user. A damaged configuration needs none: it is not performed. */
export async function mergeRequests(runFolder: string, manifest: RunManifest): Promise<RunRequests> {
  const configuration = configurationOf(mergeKind, manifest);
  if (configuration === undefined) return {};
  const { backend, python = defaultPython, overwrite, output, intermediateFolder } = configuration;
  const program = backend === "mergekit" && python !== defaultPython ? python : undefined;
  const folders = overwrite ? [output, ...(await foldersIn(intermediateFolder))] : [];
  const replaced: string[] = [];
  for (const folder of folders) {
    if ((await holdsModel(folder)) && !(await isBegunBy(runFolder, folder))) replaced.push(folder);
  }
  return {
    ...(program === undefined ? {} : { program }),
    ...(replaced.length === 0 ? {} : { replaces: replaced.join(", ") }),
  };
}

/** Where the run puts the results of named merges; which of the folders it writes is in a text that is not read here. */
async function foldersIn(folder: string | undefined): Promise<string[]> {
  if (folder === undefined) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new FileError(`The folder cannot be read: ${cause.message}`, { place: { file: folder }, cause });
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
