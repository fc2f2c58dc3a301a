import { z } from "zod";
import { runFailureSchema } from "./manifest.ts";

/** Fields of every event. */
const common = {
  v: z.literal(1).describe("Version of this format"),
  time: z.iso.datetime().describe("Wall-clock time, UTC, ISO 8601"),
  elapsed: z
    .number()
    .nonnegative()
    .describe("Milliseconds since the session's `started` event, by a clock that never goes back: for rates"),
};

const counters = z.record(z.string(), z.number());

export const runEventSchema = z
  .discriminatedUnion("type", [
    z
      .object({
        ...common,
        type: z.literal("started"),
        session: z.int().positive().describe("1 for the first, 2 for the first resumption, …"),
        pid: z.int().positive(),
        host: z.string(),
      })
      .describe("A process began or resumed the work"),
    z
      .object({ ...common, type: z.literal("phase"), phase: z.string(), title: z.string() })
      .describe("A stage of the work began"),
    z
      .object({
        ...common,
        type: z.literal("progress"),
        phase: z.string(),
        done: counters.describe("Cumulative counters of the whole run, by unit: items, tokens, bytes, …"),
        total: counters.describe("What the counters will reach, where that is known"),
      })
      .describe("How far the work is"),
    z.object({
      ...common,
      type: z.literal("log"),
      level: z.enum(["debug", "info"]),
      message: z.string(),
    }),
    z
      .object({
        ...common,
        type: z.literal("metric"),
        name: z.string(),
        value: z.number(),
        interval: z.tuple([z.number(), z.number()]).optional().describe("95 % confidence interval"),
        n: z.int().nonnegative().optional(),
        of: z.string().optional().describe("What was measured, for example a benchmark's id"),
        step: z.number().optional().describe("Where in the work: optimizer step, items done, …"),
      })
      .describe("A number measured on the way"),
    z
      .object({ ...common, type: z.literal("checkpoint"), path: z.string(), step: z.number().optional() })
      .describe("Something that resumes the work was saved; the path is relative to the run folder"),
    z.object({ ...common, type: z.literal("warning"), code: z.string(), message: z.string() }),
    z.object({ ...common, type: z.literal("error"), ...runFailureSchema.shape }),
    z
      .object({ ...common, type: z.literal("summary"), summary: z.json() })
      .describe("The result; its form is that of the run's kind"),
    z
      .object({
        ...common,
        type: z.literal("finished"),
        state: z.enum(["finished", "failed", "cancelled", "interrupted"]),
      })
      .describe("The session ended; nothing follows but another `started`"),
    z.object({ ...common, type: z.literal("heartbeat") }).describe("The process lives, though nothing else happened"),
  ])
  .describe("One line of events.jsonl");

export type RunEvent = z.infer<typeof runEventSchema>;

/** An event before the writer stamps version and times on it. */
export type NewRunEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, keyof typeof common>
    : never
  : never;
