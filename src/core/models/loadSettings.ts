import { z } from "zod";

/** Number format of the attention cache. */
export const kvCacheTypeSchema = z.enum(["F16", "F32"]);
export type KvCacheType = z.infer<typeof kvCacheTypeSchema>;

/** Where a model runs: `auto` takes a GPU if one is found; `none` is the processor. */
export const gpuSchema = z.enum(["auto", "none", "cuda", "vulkan", "metal"]);
export type Gpu = z.infer<typeof gpuSchema>;

/** How a model is opened, in the words of an evaluation's configuration. A backend leaves aside what it has no use for. */
export interface LoadSettings {
  readonly gpu?: Gpu;
  /** Tokens of context; the model's own, at most 4096, when absent. */
  readonly contextSize?: number;
  /** Processor threads; absent, as many as make it fastest on this machine at the moment of loading. */
  readonly threads?: number;
  readonly kvCacheType?: KvCacheType;
}
