import { randomInt } from "node:crypto";
import { basename, dirname, join } from "node:path";
import type { z } from "zod";
import { FileError } from "../../core/errors.ts";
import { readMergeFile, type MergeFile } from "../../core/merge/config/readMergeFile.ts";
import { refuseUnsupported } from "../../core/merge/moe/moeConfiguration.ts";
import { mergeKind, type MergeRunConfiguration } from "../../core/merge/mergeKind.ts";
import { jsonSha256 } from "../../core/runs/canonicalJson.ts";
import { earlierResults } from "../runs/outputFolder.ts";
import { createRun } from "../runs/runFolder.ts";
import { baseVersions } from "../runs/versions.ts";
import type { tasks } from "../service/tasks.ts";
import { checkConfiguration, refuseErrors } from "./checkConfiguration.ts";
import { threadPlan } from "./mergeTensors.ts";
import { checkForMergekit, findMergekit } from "./mergekitBackend.ts";
import { fingerprintOf, prepareMerge } from "./mergeModels.ts";
import { mergeFolders } from "./mergeRun.ts";
import { refuseModel } from "../checkpoint/checkpointForm.ts";
import { planMerges } from "./planMerges.ts";
import { prepareMoe } from "./prepareMoe.ts";

/** Defaults of a merge. Sizes in bytes. */
export const mergeDefaults = { numerics: "classic", outShardSize: 5e9, memory: 2 ** 30 } as const;

/** A seed for a merge that was given none. It is recorded with the run, so that the merge can be repeated. */
export function chooseSeed(): number {
  return randomInt(2 ** 32);
}

/**
 * The seed with which this same merge was finished or started in its output folder; a command without a seed reuses it.
 * @param configuration with any seed
 */
export async function earlierSeed(configuration: MergeRunConfiguration): Promise<number | undefined> {
  const file = readMergeFile(configuration.text, configuration.file);
  for (const { seed, fingerprint } of await earlierResults(configuration.output)) {
    if (seed !== undefined && (await resultFingerprint(file, { ...configuration, seed })) === fingerprint) return seed;
  }
  return undefined;
}

/** @throws FileError when the output folder holds a model, unless it is the one that this merge gives */
async function refuseOtherModel(file: MergeFile, configuration: MergeRunConfiguration): Promise<void> {
  const { output, overwrite } = configuration;
  if (overwrite) return;
  const earlier = await earlierResults(output);
  if (earlier.length === 0) return await refuseModel(output);
  const fingerprint = await resultFingerprint(file, configuration);
  if (!earlier.some((result) => result.fingerprint === fingerprint)) await refuseModel(output);
}

/** Fingerprint of what stands in the output folder in the end; undefined when it cannot be told before the work begins. */
async function resultFingerprint(file: MergeFile, configuration: MergeRunConfiguration): Promise<string | undefined> {
  const { text, folder, seed, numerics, outShardSize, allowMixedArchitectures } = configuration;
  if (configuration.backend === "mergekit") return undefined;
  const options = { seed, numerics, outShardSize, allowMixedArchitectures };
  if (file.kind === "moe") return await fingerprintOf(await prepareMoe(file.moe, { folder }, options), text);
  const { merges } = file;
  const named = mergeFolders(merges, configuration);
  try {
    const { merge, text: ownText } = merges.at(-1)!;
    return await fingerprintOf(await prepareMerge(merge, { folder, named }, options), ownText);
  } catch (error) {
    // The results that it uses are not there yet.
    if (merges.length > 1 && error instanceof FileError) return undefined;
    throw error;
  }
}

/**
 * Creates the run of a merge, in state `created`.
 * @param root folder of all runs
 * @throws ConfigurationError when the file needs a folder for intermediate results, or another engine; FileError when the output folder
 *   holds a model that may not be replaced
 */
export async function createMergeRun(root: string, configuration: MergeRunConfiguration): Promise<string> {
  const { file: path, ...resolved } = configuration;
  const { text, output, seed } = resolved;
  const file = readMergeFile(text, path);
  if (file.kind === "merges") mergeFolders(file.merges, configuration);
  if (configuration.backend === "mergekit") checkForMergekit(file, path);
  else if (file.kind === "moe") refuseUnsupported(file.moe, path);
  await refuseOtherModel(file, configuration);
  const method = file.kind === "moe" ? "mixture of experts" : file.merges.at(-1)!.merge.method;
  return await createRun(root, {
    kind: mergeKind.id,
    title: `${method} ${basename(output)}`,
    configuration: { given: text, resolved: configuration },
    inputs: [{ role: "configuration", name: basename(path), path, sha256: jsonSha256(text) }],
    identity: { configuration: jsonSha256(resolved) },
    versions: baseVersions(),
    seed,
  });
}

/**
 * Checks a merge as far as that goes without reading weights, and creates its run: what the editor asks for.
 * @throws ConfigurationError at the place of the first error in the file; otherwise what planning and creating throw
 */
export async function prepareMergeRun({
  runsFolder,
  ...given
}: z.output<typeof tasks.prepareMerge.params>): Promise<z.output<typeof tasks.prepareMerge.result>> {
  const { text, file, output, backend, python, memory, hash } = given;
  const folder = dirname(file);
  const diagnostics = await checkConfiguration(text, file, folder, { engine: backend });
  refuseErrors(diagnostics);
  const parts = join(dirname(output), `${basename(output)}-parts`);
  const read = readMergeFile(text, file);
  const configuration: MergeRunConfiguration = {
    ...mergeDefaults,
    file,
    text,
    folder,
    output,
    memory,
    backend,
    ...(hash === true ? { hash } : {}),
    ...(python === undefined ? {} : { python }),
    ...(read.kind === "merges" && read.merges.length > 1 ? { intermediateFolder: parts } : {}),
    seed: chooseSeed(),
    allowMixedArchitectures: false,
    overwrite: false,
  };
  const notes = diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ message, place }) => `${place.file}:${place.line}: ${message}`);
  if (backend === "mergekit") await findMergekit(python);
  else for (const plan of (await planMerges(configuration)).plans) threadPlan(plan.largestTask, { memory });
  if (configuration.intermediateFolder !== undefined) notes.push(`Intermediate results are kept in ${parts}.`);
  return { folder: await createMergeRun(runsFolder, configuration), notes };
}
