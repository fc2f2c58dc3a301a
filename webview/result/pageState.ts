import { z } from "zod";
import { itemFilterSchema, itemSortSchema } from "../../src/core/results/items.ts";

/** What a reader has chosen on the page of a result, so that it is the same after a reload. */
export const pageStateSchema = z.object({
  tab: z.string().optional(),
  items: z
    .object({
      benchmark: z.string().optional(),
      filter: itemFilterSchema,
      sort: itemSortSchema.optional(),
      selected: z.object({ item: z.string(), draw: z.int().nonnegative() }).optional(),
    })
    .optional(),
});
export type PageState = z.infer<typeof pageStateSchema>;
