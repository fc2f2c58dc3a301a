import { z } from "zod";
import { ConfigurationError } from "../../errors.ts";
import { checkSchema, fieldOf } from "../../schemaProblems.ts";
import { modelReferenceSchema } from "../config/schema.ts";

const prompts = z.array(z.string()).optional();

export const expertSchema = z.strictObject({
  source_model: modelReferenceSchema.meta({ description: "The dense model whose MLPs become the expert." }),
  positive_prompts: prompts.meta({ description: "Texts that the router is to send to this expert." }),
  negative_prompts: prompts.meta({ description: "Texts that it is not to send to this expert." }),
  noise_scale: z.number().optional().meta({ description: "Standard deviation of noise that is added to the expert." }),
  residual_scale: z.number().optional().meta({ description: "Factor of the expert's down projection." }),
});

export const gateModes = ["hidden", "hidden_avg", "hidden_last", "cheap_embed", "random", "uniform_random"] as const;

/** A mixture of dense experts, in the language of mergekit-moe. */
export const moeConfigurationSchema = z
  .strictObject({
    base_model: modelReferenceSchema.meta({ description: "Gives everything but the experts' MLPs." }),
    experts: z.array(expertSchema).min(1),
    gate_mode: z
      .enum(gateModes)
      .default("hidden")
      .meta({
        description:
          "How the router's weights are made: from token embeddings of the prompts (`cheap_embed`), or at random (`random`, " +
          "`uniform_random`). The `hidden` modes need the model's hidden states.",
      }),
    dtype: z.string().optional().meta({ description: "Type of the result: `bfloat16`, `float16` or `float32`." }),
    experts_per_token: z.int().default(2),
    shared_experts: z.array(z.unknown()).optional(),
    architecture: z.string().optional(),
  })
  .meta({ title: "Mixture of experts", description: "A Mixtral-shaped model from dense models." });

export type MoeConfiguration = z.infer<typeof moeConfigurationSchema>;

/**
 * Whether a document with these keys describes a mixture of experts rather than a merge. A `merge_method` above the experts
 * is ignored, as mergekit-moe ignores it, unless there is something to merge with it.
 */
export function describesMoe(has: (key: string) => boolean): boolean {
  return has("experts") && !(has("merge_method") && ["models", "slices", "modules"].some(has));
}

/** As {@link describesMoe}, of the value of a document. */
export function isMoeDocument(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && describesMoe((key) => key in value);
}

/** The value of a mixture's document without what is ignored there. */
export function moeValue(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { merge_method: _ignored, ...rest } = value;
  return rest;
}

/**
 * Reads the value of a configuration document.
 * @param file how messages name it
 * @throws ConfigurationError on anything that cannot become a working model
 */
export function readMoeConfiguration(value: unknown, file: string): MoeConfiguration {
  const checked = checkSchema(isMoeDocument(value) ? moeValue(value) : value, moeConfigurationSchema);
  const fail = (message: string, field: string | undefined, hint?: string) =>
    new ConfigurationError(message, { place: { file, field }, ...(hint === undefined ? {} : { hint }) });
  if (!("value" in checked)) {
    const problem = checked.problems[0]!;
    throw fail(problem.message, fieldOf(problem), problem.hint);
  }
  const configuration = checked.value;
  const { experts, experts_per_token: perToken, gate_mode: mode } = configuration;
  if (perToken < 1) throw fail("`experts_per_token` must be at least 1.", "experts_per_token");
  if (experts.length < perToken) throw fail("There must be at least as many experts as experts_per_token.", "experts");
  if (mode.startsWith("hidden")) {
    throw fail(
      `The gate mode \`${mode}\` needs the hidden states of a running model, which Medley cannot compute yet.`,
      "gate_mode",
      "Use `cheap_embed`, which takes the embeddings of the prompts' tokens, or `random`, or run mergekit-moe by hand.",
    );
  }
  const shared = configuration.shared_experts?.length ?? 0;
  if (shared > 0) throw fail("Shared experts do not exist in the Mixtral layout.", "shared_experts");
  const architecture = configuration.architecture?.toLowerCase() ?? "mixtral";
  if (!"mixtral".startsWith(architecture)) {
    throw fail(`The architecture ${configuration.architecture} cannot be written; only Mixtral can.`, "architecture");
  }
  if (mode === "cheap_embed") requirePrompts(configuration, fail);
  return configuration;
}

function requirePrompts(
  { experts }: MoeConfiguration,
  fail: (message: string, field: string) => ConfigurationError,
): void {
  for (const [index, { positive_prompts: positive }] of experts.entries()) {
    if ((positive?.length ?? 0) === 0) throw fail(`Expert ${index} has no positive prompts.`, `experts.${index}`);
  }
  const distinct = new Set(experts.map((expert) => JSON.stringify([expert.positive_prompts, expert.negative_prompts])));
  if (experts.length > 1 && distinct.size === 1) {
    throw fail("All experts have the same prompts, so the router could not tell them apart.", "experts");
  }
}
