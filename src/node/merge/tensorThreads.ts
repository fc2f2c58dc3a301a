import type { Worker } from "node:worker_threads";
import { fromWireError, type WireError } from "../processes/wireErrors.ts";
import { startThread } from "../processes/workers.ts";
import type { MergeContext, TensorJob } from "./mergeJob.ts";

/** What a thread reports. */
export type ThreadMessage =
  | { readonly type: "progress"; readonly bytes: number }
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly error: WireError };

/** One worker thread, which computes one tensor at a time. Its kernel memory grows to its largest tensor and stays. */
class TensorThread {
  /** Largest kernel memory that a job of this thread has needed, in bytes. */
  memory = 0;
  job:
    { readonly resolve: () => void; readonly reject: (error: Error) => void; onBytes(count: number): void } | undefined;
  private readonly worker: Worker;
  private failed: Error | undefined;

  constructor(context: MergeContext) {
    this.worker = startThread("mergeThread", context);
    this.worker.on("message", (message: ThreadMessage) => this.receive(message));
    this.worker.on("error", (error) => this.fail(error));
    this.worker.on("exit", () => this.fail(new Error("a merge thread ended unexpectedly")));
  }

  private receive(message: ThreadMessage): void {
    const { job } = this;
    if (job === undefined) return;
    if (message.type === "progress") return job.onBytes(message.bytes);
    this.job = undefined;
    if (message.type === "done") job.resolve();
    else job.reject(fromWireError(message.error));
  }

  private fail(error: Error): void {
    this.failed ??= error;
    const { job } = this;
    this.job = undefined;
    job?.reject(error);
  }

  run(job: TensorJob, onBytes: (count: number) => void): Promise<void> {
    if (this.failed !== undefined) return Promise.reject(this.failed);
    return new Promise((resolve, reject) => {
      this.job = { resolve, reject, onBytes };
      this.worker.postMessage(job);
    });
  }

  async close(): Promise<void> {
    this.worker.removeAllListeners("exit");
    await this.worker.terminate();
  }
}

/** Threads that share a memory budget. */
export class TensorThreads {
  private readonly threads: TensorThread[] = [];
  private readonly waiting: (() => void)[] = [];

  /**
   * @param count most threads at work
   * @param budget kernel memory of all threads together, in bytes
   */
  constructor(
    private readonly context: MergeContext,
    private readonly count: number,
    private readonly budget: number,
  ) {}

  /** Resolves when a thread has begun the job; the promise inside resolves when it is done. */
  async start(
    job: TensorJob,
    memory: number,
    onBytes: (count: number) => void,
  ): Promise<{ readonly done: Promise<void> }> {
    let thread = this.claim(memory);
    while (thread === undefined) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
      thread = this.claim(memory);
    }
    const done = thread.run(job, onBytes).finally(() => {
      for (const wake of this.waiting.splice(0)) wake();
    });
    return { done };
  }

  /** An idle thread that the budget allows to grow to `memory`; a new one if there may be more. */
  private claim(memory: number): TensorThread | undefined {
    const total = this.threads.reduce((sum, thread) => sum + thread.memory, 0);
    const fits = (thread: TensorThread) => total - thread.memory + Math.max(thread.memory, memory) <= this.budget;
    const idle = this.threads.filter((thread) => thread.job === undefined);
    let chosen = idle.filter(fits).sort((a, b) => b.memory - a.memory)[0];
    if (chosen === undefined && this.threads.length < this.count && total + memory <= this.budget) {
      chosen = new TensorThread(this.context);
      this.threads.push(chosen);
    }
    // A job too large beside what idle threads hold: their memory is given back to the system.
    if (chosen === undefined && idle.length > 0 && idle.length === this.threads.length) {
      for (const thread of this.threads.splice(0)) void thread.close();
      return this.claim(memory);
    }
    if (chosen !== undefined) chosen.memory = Math.max(chosen.memory, memory);
    return chosen;
  }

  async close(): Promise<void> {
    for (const wake of this.waiting.splice(0)) wake();
    await Promise.all(this.threads.splice(0).map((thread) => thread.close()));
  }
}
