import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What a process used. */
export interface Usage {
  /** By the clock. */
  readonly seconds: number;
  /** Of all its threads together. */
  readonly processorSeconds: number;
  /** Peak resident memory in bytes, mapped files included. */
  readonly residentBytes: number;
  /** Peak of the resident memory that is not backed by files, in bytes. */
  readonly anonymousBytes: number;
}

/** Linux counts processor time in hundredths of a second. */
const ticks = 100;
const pollMilliseconds = 20;

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
}

/** Runs a program to its end and follows it through /proc. Fails if it fails. */
export async function measure(program: string, args: readonly string[], folder: string): Promise<Usage> {
  const started = performance.now();
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  let [resident, anonymous, processor] = [0, 0, 0];
  const poll = () => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      resident = Math.max(resident, field(status, "VmHWM"));
      anonymous = Math.max(anonymous, field(status, "RssAnon"));
      const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
      const times = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      processor = Math.max(processor, (Number(times[11]) + Number(times[12])) / ticks);
    } catch {
      // The process has ended; the last values stand.
    }
  };
  const timer = setInterval(poll, pollMilliseconds);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearInterval(timer);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${errors.slice(-2000)}`);
  return {
    seconds: (performance.now() - started) / 1000,
    processorSeconds: processor,
    residentBytes: resident,
    anonymousBytes: anonymous,
  };
}
