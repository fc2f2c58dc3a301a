import { z } from "zod";

/**
 * What the panel "Merge plan" shows of a merge configuration: made by a process that reads the headers of the models,
 * sent through the extension host, and drawn by the page. All text is plain text.
 */

const count = z.int().nonnegative();

/** A model that the merge is made of. Other parts of the view name it by its index. */
export const viewModelSchema = z.object({
  name: z.string().describe("As the configuration writes it"),
  role: z.enum(["base", "model"]),
  state: z
    .enum(["known", "missing", "unusable", "unread", "planned"])
    .describe("planned: the result of another merge of the same file"),
  detail: z.string().describe("What its headers say, or why they cannot be read"),
});
export type ViewModel = z.infer<typeof viewModelSchema>;

/** What one layer of the result, or one tensor outside of the layers, takes from a model. */
export const viewSourceSchema = z.object({
  model: count,
  layer: count.nullable().describe("Layer of the model; null outside of its layers"),
  share: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("Part of the weight that the model has; null for a base model that the changes of others are added to"),
  parameters: z.string().describe("Values of the parameters that are given for each model, for example `weight 0.5`"),
});
export type ViewSource = z.infer<typeof viewSourceSchema>;

export const viewBlockSchema = z.object({
  kind: z.enum(["layer", "tensor"]),
  name: z.string(),
  layer: count.nullable().describe("Number in the result"),
  slice: count.nullable().describe("Which of the configuration's slices it is from"),
  sources: z.array(viewSourceSchema),
  parameters: z.string().describe("Values of the parameters that hold for all models, for example `t 0.3 to 0.7`"),
  tensors: count,
  elements: count.nullable().describe("Parameters, in the sense of numbers that are stored; null where not known"),
});
export type ViewBlock = z.infer<typeof viewBlockSchema>;

/** How one parameter runs over the depth of the result, for a model (or all) and some tensors of each layer. */
export const viewSeriesSchema = z.object({
  model: count.nullable(),
  tensors: z.string().describe("Parts of names; empty for all tensors of a layer"),
  values: z.array(z.number().nullable()).describe("One for each layer; null where the parameter does not apply"),
});
export type ViewSeries = z.infer<typeof viewSeriesSchema>;

export const viewCurveSchema = z.object({
  parameter: z.string(),
  explanation: z.string(),
  series: z.array(viewSeriesSchema).min(1),
});
export type ViewCurve = z.infer<typeof viewCurveSchema>;

export const viewFigureSchema = z.object({
  name: z.string(),
  value: z.string(),
  note: z.string().optional(),
});
export type ViewFigure = z.infer<typeof viewFigureSchema>;

/** Something wrong or worth knowing, with its place in the file where it has one (counted from 1). */
export const viewFindingSchema = z.object({
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  hint: z.string().optional(),
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
});
export type ViewFinding = z.infer<typeof viewFindingSchema>;

/** One merge of the file. */
export const mergeViewSchema = z.object({
  name: z.string().nullable().describe("Its `name`; null for the one without, which is the result of the file"),
  method: z.string(),
  summary: z.string(),
  state: z
    .enum(["planned", "sketch", "failed"])
    .describe(
      "sketch: from the configuration alone, because headers are missing or do not fit; failed: nothing to show",
    ),
  models: z.array(viewModelSchema),
  shares: z
    .enum(["weight", "equal", "parameters"])
    .describe("What shares are parts of: given weights; nothing, as the method decides; the parameters of a layer"),
  blocks: z.array(viewBlockSchema),
  layersKnown: z.boolean().describe("False: no model tells how many layers there are, and the depth is relative"),
  sliceStarts: z.array(count).describe("Layers at which a slice begins, the first one left out"),
  curves: z.array(viewCurveSchema),
  constants: z.array(viewFigureSchema).describe("Parameters with one value everywhere"),
  figures: z.array(viewFigureSchema),
  decisions: z.array(viewFigureSchema).describe("Where config.json, tokenizer and the like come from"),
  findings: z.array(viewFindingSchema),
});
export type MergeView = z.infer<typeof mergeViewSchema>;

/** The merges of a file, in the order of its documents. */
export const planViewSchema = z.object({ merges: z.array(mergeViewSchema).min(1) });
export type PlanView = z.infer<typeof planViewSchema>;

/** A tensor of the result, for the table. */
export const viewTensorRowSchema = z.object({
  name: z.string(),
  shape: z.array(count),
  dtype: z.string(),
  sources: z.array(z.object({ model: count, name: z.string(), parameters: z.string() })),
  parameters: z.string(),
  note: z.string().describe("For example that an adapter is fused, or that rows follow the new vocabulary"),
});
export type ViewTensorRow = z.infer<typeof viewTensorRowSchema>;
