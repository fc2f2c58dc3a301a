import { availableParallelism } from "node:os";
import type { ByModel } from "../../core/checkpoint/byModel.ts";
import { tensorBytes } from "../../core/checkpoint/safetensorsWriter.ts";
import { CancelledError, ConfigurationError } from "../../core/errors.ts";
import type { MergePlan } from "../../core/merge/plan/mergePlan.ts";
import { tensorJob, type MergeContext } from "./mergeJob.ts";
import type { OpenedModel } from "../checkpoint/openModels.ts";
import type { OpenShard, StagedShards } from "../checkpoint/stagedShards.ts";
import { TensorThreads } from "./tensorThreads.ts";

export interface MergeProgress {
  readonly tensors: number;
  /** Bytes of the output that are written. */
  readonly bytes: number;
}

export interface MergeTensorsOptions {
  /** Resident memory of the process that may be used, in bytes. */
  readonly memory: number;
  /** Default: one for each processor and one more, which reads or writes while they compute. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MergeProgress) => void;
}

/** Resident memory of the process itself, and of a thread before its kernel memory grows; measured on Node 20. */
export const processBytes = 160 << 20;
export const threadBytes = 48 << 20;

/**
 * Computes and writes every shard that is not finished yet. Tensors are begun in the order of the plan; several are in
 * flight, as many as threads and memory allow.
 * @throws ConfigurationError when the largest tensor does not fit into the memory budget; CancelledError when the signal fires
 */
export async function mergeTensors(
  plan: MergePlan,
  models: ByModel<OpenedModel>,
  output: StagedShards,
  options: MergeTensorsOptions,
): Promise<void> {
  const { count, budget } = threadPlan(plan.largestTask, options);
  const opened = plan.models.map((reference) => models.of(reference));
  const threads = new TensorThreads(mergeContext(plan), count, budget);
  const merger = new TensorMerger(plan, opened, output, threads, options);
  try {
    await merger.run();
  } finally {
    await threads.close();
  }
}

/** Bytes that may wait in the write cache before they are flushed to disk. */
const flushBytes = 128 << 20;

/** How many threads the budget allows, and what is left for their kernels. */
export function threadPlan(largestTask: number, options: MergeTensorsOptions): { count: number; budget: number } {
  const wanted = options.threads ?? availableParallelism() + 1;
  for (let count = wanted; count >= 1; count--) {
    const budget = options.memory - processBytes - count * threadBytes;
    if (budget >= largestTask) return { count, budget };
  }
  const needed = processBytes + threadBytes + largestTask;
  throw new ConfigurationError(
    `The largest tensor needs ${megabytes(needed)} MB of memory, the budget is ${megabytes(options.memory)} MB.`,
    {
      remedy: { action: "allowMemory", bytes: needed },
    },
  );
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}

function mergeContext(plan: MergePlan): MergeContext {
  const cast = plan.castDtype;
  return {
    method: plan.method,
    numerics: plan.options.numerics,
    ...(cast === undefined ? {} : { castDtype: cast }),
    ...(plan.tokenizer === undefined ? {} : { rowMaps: plan.tokenizer.rowMaps }),
  };
}

class TensorMerger {
  private tensors = 0;
  private bytes = 0;
  private failure: unknown;
  private unflushed = 0;
  private flushing: Promise<void> | undefined;

  constructor(
    private readonly plan: MergePlan,
    private readonly models: readonly OpenedModel[],
    private readonly output: StagedShards,
    private readonly threads: TensorThreads,
    private readonly options: MergeTensorsOptions,
  ) {}

  async run(): Promise<void> {
    const finishing: Promise<void>[] = [];
    let index = 0;
    for (const [shard, specs] of this.plan.shards.entries()) {
      const range = { from: index, to: (index += specs.length) };
      if (this.output.finished.has(shard)) {
        this.tensors += specs.length;
        this.bytes += specs.reduce((sum, spec) => sum + tensorBytes(spec), 0);
        this.report();
        continue;
      }
      const jobs = await this.startShard(shard, range);
      finishing.push(this.finishShard(shard, jobs));
      if (this.failure !== undefined) break;
    }
    await Promise.all(finishing);
    if (this.failure !== undefined) throw this.failure;
  }

  /** Begins all tensors of a shard; returns once the last of them has a thread. */
  private async startShard(shard: number, { from, to }: { from: number; to: number }): Promise<Promise<void>[]> {
    const open = await this.output.openShard(shard);
    const jobs: Promise<void>[] = [];
    for (let index = from; index < to && this.failure === undefined; index++) {
      this.checkCancelled();
      if (this.failure !== undefined) break;
      jobs.push((await this.startTensor(index, open)).done);
      this.flush(shard);
    }
    return jobs;
  }

  private async startTensor(index: number, open: OpenShard): Promise<{ readonly done: Promise<void> }> {
    const tensor = this.plan.tensors[index]!;
    const place = open.tensors.get(tensor.name)!;
    const job = tensorJob(index, tensor, this.models, {
      file: open.file,
      offset: place.offset,
      byteLength: place.byteLength,
    });
    const { done } = await this.threads.start(job, tensor.memory, (count) => {
      this.bytes += count;
      this.unflushed += count;
      this.report();
    });
    const recorded = done.then(
      () => {
        this.tensors++;
        this.report();
      },
      (error: unknown) => {
        this.failure ??= error;
      },
    );
    return { done: recorded };
  }

  /** Keeps the disk busy while the threads compute. */
  private flush(shard: number): void {
    if (this.unflushed < flushBytes || this.flushing !== undefined) return;
    this.unflushed = 0;
    this.flushing = this.output
      .flushShard(shard)
      .catch((error: unknown) => {
        this.failure ??= error;
      })
      .finally(() => {
        this.flushing = undefined;
      });
  }

  private async finishShard(shard: number, jobs: readonly Promise<void>[]): Promise<void> {
    await Promise.all(jobs);
    await this.flushing;
    if (this.failure !== undefined) return;
    try {
      await this.output.finishShard(shard);
    } catch (error) {
      this.failure ??= error;
    }
  }

  private checkCancelled(): void {
    const { signal } = this.options;
    if (signal?.aborted !== true) return;
    this.failure ??= signal.reason instanceof Error ? signal.reason : new CancelledError("The merge was cancelled.");
  }

  private report(): void {
    this.options.onProgress?.({ tensors: this.tensors, bytes: this.bytes });
  }
}
