import { z } from "zod";
import { noticeSchema } from "../evaluation/summary/notice.ts";

/** What lists and hovers tell of a model, as far as it is known before it is opened. */
export const modelOverviewSchema = z.object({
  /** As it calls itself, or the name of its file. */
  name: z.string(),
  /** For example `llama`, `gpt2`. */
  architecture: z.string().optional(),
  /** For example `Q4_K_M`, `F32`. */
  quantization: z.string().optional(),
  parameterCount: z.int().nonnegative().optional(),
  /** In tokens. */
  trainContextLength: z.int().nonnegative().optional(),
  /** Of all its files. */
  bytes: z.int().nonnegative().optional(),
  hasChatTemplate: z.boolean().optional(),
  /** What a reader of its numbers must know of it. */
  notices: z.array(noticeSchema).optional(),
});
export type ModelOverview = Readonly<z.infer<typeof modelOverviewSchema>>;
