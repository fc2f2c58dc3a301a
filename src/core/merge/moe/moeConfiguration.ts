import { z } from "zod";
import { distinctReferences, type ModelReference } from "../../checkpoint/modelReference.ts";
import { ConfigurationError } from "../../errors.ts";
import { checkSchema, type Checked, type SchemaProblem } from "../../schemaProblems.ts";
import { readReference } from "../config/merge.ts";
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

type MoeProblem = Pick<SchemaProblem, "message" | "path">;

/**
 * Whether a document with these keys describes a mixture of experts rather than a merge. A `merge_method` above the experts
 * is ignored, as mergekit-moe ignores it, unless there is something to merge with it.
 */
export function describesMoe(has: (key: string) => boolean): boolean {
  return has("experts") && !(has("merge_method") && ["models", "slices", "modules"].some(has));
}

/** What is wrong with a mixture that shares its file with other documents: its reader takes one alone. */
export const mixtureAmongOthers = "A mixture of experts must be alone in its file.";

/** As {@link describesMoe}, of the value of a document. */
export function isMoeDocument(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && describesMoe((key) => key in value);
}

/** The value of a mixture's document without what is ignored there. */
export function moeValue(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { merge_method: _ignored, ...rest } = value;
  return rest;
}

/** Checks the value of a mixture's document. */
export function checkMoeConfiguration(value: unknown): Checked<MoeConfiguration> {
  const checked = checkSchema(isMoeDocument(value) ? moeValue(value) : value, moeConfigurationSchema);
  if (!("value" in checked)) return checked;
  const problem = countProblem(checked.value) ?? promptProblem(checked.value);
  return problem === undefined ? checked : { problems: [{ kind: "value", ...problem }] };
}

/** What is wrong with the number of experts. */
export function countProblem({ experts, experts_per_token: perToken }: MoeConfiguration): MoeProblem | undefined {
  if (perToken < 1) return { message: "`experts_per_token` must be at least 1.", path: ["experts_per_token"] };
  if (experts.length >= perToken) return undefined;
  return { message: "There must be at least as many experts as experts_per_token.", path: ["experts"] };
}

function promptProblem({ experts, gate_mode: mode }: MoeConfiguration): MoeProblem | undefined {
  if (mode === "random" || mode === "uniform_random") return undefined;
  const silent = experts.findIndex(({ positive_prompts: positive }) => (positive?.length ?? 0) === 0);
  if (silent >= 0) return { message: `Expert ${silent} has no positive prompts.`, path: ["experts", silent] };
  const distinct = new Set(experts.map((expert) => JSON.stringify([expert.positive_prompts, expert.negative_prompts])));
  if (experts.length < 2 || distinct.size > 1) return undefined;
  return { message: "All experts have the same prompts, so the router could not tell them apart.", path: ["experts"] };
}

/** What keeps this engine from making a mixture that mergekit-moe makes. */
export function unsupportedIn(configuration: MoeConfiguration): (MoeProblem & { readonly hint?: string }) | undefined {
  const { gate_mode: mode, shared_experts: shared = [], architecture } = configuration;
  if (mode.startsWith("hidden")) {
    return {
      message: `The gate mode \`${mode}\` needs the hidden states of a running model, which Medley cannot compute yet.`,
      hint: "Use `cheap_embed`, which takes the embeddings of the prompts' tokens, or `random`, or run mergekit-moe by hand.",
      path: ["gate_mode"],
    };
  }
  if (shared.length > 0) {
    return { message: "Shared experts do not exist in the Mixtral layout.", path: ["shared_experts"] };
  }
  if ("mixtral".startsWith(architecture?.toLowerCase() ?? "mixtral")) return undefined;
  return { message: `The architecture ${architecture} cannot be written; only Mixtral can.`, path: ["architecture"] };
}

/** @throws ConfigurationError when this engine cannot make the mixture */
export function refuseUnsupported(configuration: MoeConfiguration, file?: string): void {
  const problem = unsupportedIn(configuration);
  if (problem === undefined) return;
  const { message, hint, path } = problem;
  throw new ConfigurationError(message, {
    ...(hint && { hint }),
    place: { ...(file && { file }), field: path.join(".") },
  });
}

/** Models of a mixture, the base first, each once. */
export function moeModels({ base_model: base, experts }: MoeConfiguration): ModelReference[] {
  return distinctReferences([base, ...experts.map(({ source_model: model }) => model)].map(readReference));
}
