import { z } from "zod";

/** What happens to a prompt that does not fit the context window. Whatever it is, it is counted and reported. */
export const overflowPolicySchema = z
  .enum(["dropShots", "truncateLeft", "refuse"])
  .describe(
    "dropShots leaves out few-shot examples from the last one on until the prompt fits; truncateLeft cuts tokens off " +
      "its beginning; refuse marks the item as failed. An item that cannot be made to fit is marked as failed too.",
  );

export type OverflowPolicy = z.infer<typeof overflowPolicySchema>;
