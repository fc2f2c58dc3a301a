import { z } from "zod";

/** Number format of the attention cache. */
export const kvCacheTypeSchema = z.enum(["F16", "F32"]);
export type KvCacheType = z.infer<typeof kvCacheTypeSchema>;

/** Where a model runs: `auto` takes a GPU if one is found; false is the processor. */
export const gpuSchema = z.union([z.literal(false), z.enum(["auto", "cuda", "vulkan", "metal"])]);
export type Gpu = z.infer<typeof gpuSchema>;
