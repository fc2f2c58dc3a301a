import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileIdentity } from "../files/fileIdentity.ts";
import { runFiles } from "../runs/runFolder.ts";

/** Polling interval in milliseconds; runs that have long been unchanged are polled only every nth time. */
const interval = 1_500;
const quietLooks = 20;
const restBetweenLooks = 10;

interface Watched {
  watchers: number;
  /** Undefined until the first look. */
  signature: string | undefined;
  quiet: number;
}

/**
 * Tells when runs get further, end, go or come back. It looks at three files of each run from time to time, which works
 * on every file system and whoever performs the run.
 */
export class RunWatch {
  private readonly runs = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private looks = 0;

  /** @param onChange told of every run that changed since the look before */
  constructor(
    private readonly onChange: (folder: string) => void,
    private readonly intervalMilliseconds = interval,
  ) {}

  /** Looks at a run until the answer is disposed of. */
  watch(folder: string): { dispose(): void } {
    let run = this.runs.get(folder);
    if (run === undefined) {
      run = { watchers: 0, signature: undefined, quiet: 0 };
      this.runs.set(folder, run);
      void this.compare(folder, run);
    }
    const watched = run;
    watched.watchers++;
    this.schedule();
    let held = true;
    return {
      dispose: () => {
        if (!held) return;
        held = false;
        if (--watched.watchers === 0) this.runs.delete(folder);
      },
    };
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.runs.clear();
  }

  private schedule(): void {
    if (this.timer !== undefined || this.runs.size === 0) return;
    this.timer = setTimeout(() => void this.look(), this.intervalMilliseconds);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    this.looks++;
    for (const [folder, run] of [...this.runs]) {
      if (run.quiet >= quietLooks && this.looks % restBetweenLooks !== 0) continue;
      await this.compare(folder, run);
    }
    this.timer = undefined;
    this.schedule();
  }

  /** Tells of what has changed since the run was last looked at; the first look is before the watcher reads it. */
  private async compare(folder: string, run: Watched): Promise<void> {
    const signature = await signatureOf(folder);
    const changed = run.signature !== undefined && run.signature !== signature;
    run.quiet = changed ? 0 : run.quiet + 1;
    run.signature = signature;
    if (changed && this.runs.get(folder) === run) this.onChange(folder);
  }
}

async function signatureOf(folder: string): Promise<string> {
  const files = [runFiles.manifest, runFiles.items, runFiles.summary].map(async (name) => {
    // What cannot be looked at counts as gone; who reads the run says why.
    const found = await stat(join(folder, name), { bigint: true }).catch(() => undefined);
    return found === undefined ? "" : fileIdentity(found);
  });
  return (await Promise.all(files)).join("|");
}
