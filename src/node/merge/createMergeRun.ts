import { randomInt } from "node:crypto";
import { basename, dirname, join } from "node:path";
import type { z } from "zod";
import { ConfigurationError } from "../../core/errors.ts";
import { readConfiguration } from "../../core/merge/config/readConfiguration.ts";
import type { MergeRunConfiguration } from "../../core/merge/mergeRun.ts";
import { jsonSha256 } from "../../core/runs/canonicalJson.ts";
import { createRun } from "../runs/runFolder.ts";
import { baseVersions } from "../runs/versions.ts";
import type { tasks } from "../service/tasks.ts";
import { checkConfiguration, refuseErrors } from "./checkConfiguration.ts";
import { threadPlan } from "./executeMerge.ts";
import { findMergekit } from "./mergekitBackend.ts";
import { mergeFolders } from "./mergeRun.ts";
import { refuseModel } from "./outputFolder.ts";
import { planMerges } from "./planMerges.ts";
import { readMoe } from "./prepareMoe.ts";

/** What a merge does unless it is told otherwise. Sizes in bytes. */
export const mergeDefaults = { numerics: "classic", outShardSize: 5e9, memory: 2 ** 30 } as const;

/** A seed for a merge that was given none. It is recorded with the run, so that the merge can be repeated. */
export function chooseSeed(): number {
  return randomInt(2 ** 32);
}

/**
 * Creates the run of a merge, in state `created`.
 * @param root folder of all runs
 * @throws ConfigurationError when the file needs a folder for intermediate results, or another engine; FileError when the output folder
 *   holds a model that may not be replaced
 */
export async function createMergeRun(root: string, configuration: MergeRunConfiguration): Promise<string> {
  const { text, file, output, overwrite, seed } = configuration;
  const moe = readMoe(text, file);
  const merges = moe === undefined ? readConfiguration(text, file) : [];
  mergeFolders(merges, configuration);
  if (configuration.backend === "mergekit" && (moe !== undefined || merges.length > 1)) {
    const what = moe === undefined ? "Files of several merges" : "Mixtures of experts";
    throw new ConfigurationError(`${what} are run by the built-in engine only.`, {
      hint:
        moe === undefined
          ? "Leave --backend out, or run mergekit-multi by hand."
          : "Leave --backend out, or run mergekit-moe by hand.",
      place: { file, field: "--backend" },
    });
  }
  if (!overwrite) await refuseModel(output);
  const { file: _place, ...resolved } = configuration;
  return await createRun(root, {
    kind: "merge",
    title: `${merges.at(-1)?.merge.method ?? "mixture of experts"} ${basename(output)}`,
    configuration: { given: text, resolved: configuration },
    inputs: [{ role: "configuration", name: basename(file), path: file, sha256: jsonSha256(text) }],
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
    ...(hasParts(text, file) ? { intermediateFolder: parts } : {}),
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

/** Whether the file has merges that only others of it use. */
function hasParts(text: string, file: string): boolean {
  return readMoe(text, file) === undefined && readConfiguration(text, file).length > 1;
}
