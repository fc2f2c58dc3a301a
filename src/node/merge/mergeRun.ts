import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { ConfigurationError, RunError } from "../../core/errors.ts";
import { readMergeFile, sourceModels, type NamedMerge } from "../../core/merge/config/readMergeFile.ts";
import type { MergePlan } from "../../core/merge/plan/mergePlan.ts";
import {
  mergeKind,
  mergeRunSchema,
  type MergeRunConfiguration,
  type MergeSummary,
} from "../../core/merge/mergeKind.ts";
import type { MoeConfiguration } from "../../core/merge/moe/moeConfiguration.ts";
import type { RunPerformer } from "../runs/runPerformer.ts";
import type { RunSession } from "../runs/runSession.ts";
import type { MergeProgress } from "./mergeTensors.ts";
import { hashInputs } from "./hashInputs.ts";
import { checkForMergekit, runMergekit } from "./mergekitBackend.ts";
import { performMerge, prepareMerge, type PreparedMerge } from "./mergeModels.ts";
import type { ModelPlaces } from "../checkpoint/openModels.ts";
import { prepareMoe } from "./prepareMoe.ts";

const progressInterval = 500;

/** Merges of checkpoints. */
export const mergeRun: RunPerformer = {
  kind: mergeKind,
  async perform(session) {
    const parsed = mergeRunSchema.safeParse(session.manifest.configuration.resolved);
    if (!parsed.success) {
      throw new RunError("The run's configuration is damaged, or of another version of Medley.", {
        place: { file: join(session.folder, "run.json"), field: "configuration.resolved" },
        hint: "Start a new run.",
      });
    }
    await performMergeRun(session, parsed.data);
  },
};

async function performMergeRun(session: RunSession, configuration: MergeRunConfiguration): Promise<void> {
  const start = performance.now();
  const file = readMergeFile(configuration.text, configuration.file);
  if (configuration.backend === "mergekit") checkForMergekit(file, configuration.file);
  if (configuration.hash === true) await hashInputs(session, sourceModels(file), { folder: configuration.folder });
  const outputs =
    file.kind === "moe"
      ? [await performMoe(session, configuration, file.moe)]
      : await performMerges(session, configuration, file.merges);
  const seconds = (performance.now() - start) / 1000;
  await session.emit({ type: "summary", summary: { outputs, seconds } });
}

async function performMerges(
  session: RunSession,
  configuration: MergeRunConfiguration,
  merges: readonly NamedMerge[],
): Promise<MergeSummary["outputs"]> {
  const outputs: MergeSummary["outputs"] = [];
  const named = mergeFolders(merges, configuration);
  for (const merge of merges) {
    const folder = merge.merge.name === undefined ? configuration.output : named.get(merge.merge.name)!;
    if (configuration.backend === "mergekit") await runMergekit(session, configuration, merge.text, folder);
    else outputs.push(await runOne(session, configuration, merge, folder, { folder: configuration.folder, named }));
  }
  return outputs;
}

async function performMoe(
  session: RunSession,
  configuration: MergeRunConfiguration,
  moe: MoeConfiguration,
): Promise<MergeSummary["outputs"][number]> {
  const { seed, numerics, outShardSize, allowMixedArchitectures, folder, output, text } = configuration;
  const prepared = await prepareMoe(moe, { folder }, { seed, numerics, outShardSize, allowMixedArchitectures });
  return await perform(session, configuration, prepared, { title: "mixture of experts", folder: output, text });
}

/**
 * Folders of the named merges. The last merge of the file is the result, whether it has a name or not.
 * @throws ConfigurationError when there are intermediate results and no folder for them
 */
export function mergeFolders(
  merges: readonly NamedMerge[],
  { output, intermediateFolder }: Pick<MergeRunConfiguration, "output" | "intermediateFolder">,
): Map<string, string> {
  const folders = new Map<string, string>();
  const hasUnnamed = merges.some(({ merge }) => merge.name === undefined);
  for (const { merge } of merges) {
    const { name } = merge;
    if (name === undefined) continue;
    if (!hasUnnamed && merge === merges.at(-1)!.merge) {
      folders.set(name, output);
      continue;
    }
    if (intermediateFolder === undefined) {
      throw new ConfigurationError(`The merge ${name} is used by others and needs a folder for its result.`, {
        remedy: { action: "nameIntermediateFolder" },
        place: { field: "name" },
      });
    }
    if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name)) {
      throw new ConfigurationError(`The name ${JSON.stringify(name)} cannot be the name of a folder.`, {
        hint: "Use letters, digits, dots, hyphens and underscores.",
        place: { field: "name" },
      });
    }
    folders.set(name, join(intermediateFolder, name));
  }
  return folders;
}

async function runOne(
  session: RunSession,
  configuration: MergeRunConfiguration,
  { merge, text }: NamedMerge,
  folder: string,
  places: ModelPlaces,
): Promise<MergeSummary["outputs"][number]> {
  const title = merge.name ?? merge.method;
  await session.emit({ type: "phase", phase: "plan", title: `Planning ${title}` });
  const { seed, numerics, outShardSize, allowMixedArchitectures } = configuration;
  const prepared = await prepareMerge(merge, places, { seed, numerics, outShardSize, allowMixedArchitectures });
  return await perform(session, configuration, prepared, { title, folder, text });
}

async function perform(
  session: RunSession,
  { memory, threads, overwrite }: MergeRunConfiguration,
  prepared: PreparedMerge,
  { title, folder, text }: { readonly title: string; readonly folder: string; readonly text: string },
): Promise<MergeSummary["outputs"][number]> {
  const { plan } = prepared;
  for (const message of plan.warnings) await session.emit({ type: "warning", code: "merge", message });
  const reporter = new ProgressReporter(session, plan);
  await performMerge(prepared, folder, text, {
    memory,
    ...(threads === undefined ? {} : { threads }),
    overwrite,
    run: session.folder,
    signal: session.signal,
    onProgress: (progress) => reporter.report(progress),
    async onPhase(phase) {
      const complete = `${folder} holds the result of this very merge already`;
      const titles = { merge: `Merging ${title}`, finish: "Writing configuration and tokenizer", complete };
      await reporter.flush();
      await session.emit({ type: "phase", phase, title: titles[phase] });
    },
  });
  return { folder, tensors: plan.tensors.length, bytes: plan.bytesToWrite, shards: plan.shards.length };
}

/** Passes progress on to the run's events, not more often than they are of use. */
class ProgressReporter {
  private last = -Infinity;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: RunSession,
    private readonly plan: MergePlan,
  ) {}

  report(progress: MergeProgress): void {
    const now = performance.now();
    const isLast = progress.tensors === this.plan.tensors.length;
    if (now - this.last < progressInterval && !isLast) return;
    this.last = now;
    this.writing = this.writing
      .then(() => this.emit(progress))
      .catch((error: unknown) => this.session.cancel(asRunError(error)));
  }

  async flush(): Promise<void> {
    await this.writing;
  }

  private emit({ tensors, bytes }: MergeProgress): Promise<void> {
    const total = { bytes: this.plan.bytesToWrite, tensors: this.plan.tensors.length };
    return this.session.emit({ type: "progress", phase: "merge", done: { bytes, tensors }, total });
  }
}

function asRunError(error: unknown): RunError {
  return error instanceof RunError ? error : new RunError(String(error), { cause: error });
}
