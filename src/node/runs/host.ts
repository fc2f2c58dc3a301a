import { arch, availableParallelism, cpus, hostname, release, totalmem, type } from "node:os";
import type { z } from "zod";
import type { hostSchema } from "../../core/runs/manifest.ts";

/** The machine, as a run records it. */
export function describeHost(): z.infer<typeof hostSchema> {
  return {
    name: hostname(),
    os: `${type()} ${release()}`,
    architecture: arch(),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}
