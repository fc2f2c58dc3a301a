import { z } from "zod";

const count = z.int().nonnegative().describe("Number of examples in a prompt");
const seed = z.int().nonnegative().describe("Seed of Python's random.Random");

/** Where the few-shot examples of one draw come from. */
export const shotSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }).describe("No examples"),
  z.strictObject({ kind: z.literal("first"), count }).describe("The first examples of the pool, for every item"),
  z
    .strictObject({ kind: z.literal("perItem"), count, seed })
    .describe("A new random draw for each item, in item order, from one generator for the benchmark"),
  z.strictObject({ kind: z.literal("shared"), count, seed }).describe("One random draw that all items share"),
  z
    .strictObject({ kind: z.literal("balanced"), count, seed })
    .describe("One random draw that all items share, with every right answer as often as the others where possible"),
  z
    .strictObject({ kind: z.literal("explicit"), ids: z.array(z.string()).min(1) })
    .describe("The examples with these ids, in this order"),
]);

export type ShotSource = z.infer<typeof shotSourceSchema>;

/** What a user writes for `shots`: a number, which the protocol interprets, or one source or several (one a draw). */
export const shotsSettingSchema = z.union([count, shotSourceSchema, z.array(shotSourceSchema).min(1)]);

export type ShotsSetting = z.infer<typeof shotsSettingSchema>;
