import { z } from "zod";

/** Type names that `dtype` and `out_dtype` accept; each may carry the prefix `torch.`. */
export const dtypeNames = ["bfloat16", "float16", "float32", "int64"] as const;

/** Chat templates that the reference knows by name. */
export const builtinChatTemplates = ["alpaca", "chatml", "exaone", "llama3", "mistral"] as const;

/** A key without a value means the same as no key. */
function absent<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}

const numericText = z
  .string()
  .regex(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/, "Expected a number.")
  .meta({ description: "A number in quotes, or one that YAML 1.1 reads as text, such as `1e-3`." });

const scalarSetting = z.union([z.number(), z.boolean(), numericText]);
const gradient = z
  .array(scalarSetting)
  .min(1)
  .meta({
    description:
      "A gradient over the layers of a slice: equally spaced values, linear between them. The first value holds for the " +
      "first layer and for tensors outside the layers (embeddings, final norm, lm_head), the last for the last layer.",
  });

const conditionalSetting = z
  .object({
    filter: z
      .string()
      .nullish()
      .transform(absent)
      .meta({
        description:
          "Part of a tensor's name, for example `self_attn` or `layers.1.`. A plain substring: no `*` inside, no regular " +
          "expression. Left out, or `*`: every tensor.",
      }),
    value: z.union([scalarSetting, gradient]).meta({ description: "A number or a gradient." }),
  })
  .meta({
    description: "A value for the tensors whose name contains `filter`. Of a list, the first that fits is used.",
  });

export const settingSchema = z
  .union([scalarSetting, gradient, z.array(conditionalSetting).min(1), conditionalSetting])
  .meta({
    description: "A number; a list of numbers (gradient over the layers); or a list of {filter, value} entries.",
  });

const parametersSchema = z.record(z.string(), settingSchema).meta({
  description:
    "Parameters of the merge method. The most specific place wins: a source or model entry, then its slice, then its " +
    "module, then the top level, then the method's default.",
});

const modelPathObject = z.object({
  path: z.string().meta({ description: "Folder of the checkpoint, or its id on a hub." }),
  revision: z.string().nullish().transform(absent).meta({ description: "Branch, tag or commit." }),
});

export const modelReferenceSchema = z
  .union([
    z.string(),
    z.object({
      model: z.union([z.string(), modelPathObject]),
      lora: z
        .union([z.string(), modelPathObject])
        .nullish()
        .transform(absent)
        .meta({ description: "A LoRA adapter, fused while reading." }),
      override_architecture: z
        .string()
        .nullish()
        .transform(absent)
        .meta({ description: "Architecture name to assume instead of the one in config.json." }),
    }),
  ])
  .meta({
    description:
      "A model: `path[@revision][+adapter[@revision]]`, where path is a folder or the name of another merge of this file; " +
      "or the object form {model: {path, revision}, lora: {path, revision}}.",
  });

const layerRange = z
  .tuple([z.number().int(), z.number().int()])
  .meta({ description: "Layers [start, end): start counts from 0, end is not included." });

export const modelEntrySchema = z
  .object({ model: modelReferenceSchema, parameters: parametersSchema.nullish().transform(absent) })
  .meta({ description: "A model that takes part, with its own parameters." });

export const sliceSourceSchema = z.object({
  model: modelReferenceSchema,
  layer_range: layerRange,
  parameters: parametersSchema.nullish().transform(absent),
});

export const outputSliceSchema = z
  .object({
    sources: z
      .array(sliceSourceSchema)
      .min(1)
      .meta({ description: "Layer ranges that are merged into this slice, all of one length." }),
    base_model: modelReferenceSchema
      .nullish()
      .transform(absent)
      .meta({ description: "Base model of this slice alone." }),
    residual_weight: z
      .number()
      .nullish()
      .transform(absent)
      .meta({ description: "Accepted for compatibility; has no effect." }),
    parameters: parametersSchema.nullish().transform(absent),
  })
  .meta({ description: "A block of layers of the result. Slices are stacked in the order given." });

export const moduleSchema = z
  .object({
    models: z.array(modelEntrySchema).min(1).nullish().transform(absent),
    slices: z.array(outputSliceSchema).min(1).nullish().transform(absent),
    parameters: parametersSchema.nullish().transform(absent),
  })
  .meta({ description: "One part of a model with several (for example a vision tower and a language model)." });

const tokenSource = z.union([
  z.object({
    kind: z.literal("model_token"),
    model: modelReferenceSchema,
    token: z.string().nullish().transform(absent),
    token_id: z.number().int().nullish().transform(absent),
  }),
  z.object({ kind: z.literal("zero") }),
  modelReferenceSchema,
]);

export const tokenRuleSchema = z.object({
  source: tokenSource.nullish().transform(absent).meta({
    description:
      "Where the token's embedding comes from: a model; {kind: model_token, model, token or token_id}; or {kind: zero}.",
  }),
  force: z.boolean().nullish().transform(absent).meta({
    description: "Use this embedding for every model, even for those that have the token themselves.",
  }),
});

const tokenizerSource = z.union([z.enum(["union", "base"]), modelReferenceSchema]);

export const tokenizerSchema = z.object({
  source: tokenizerSource.nullish().transform(absent).meta({
    description:
      "Vocabulary of the result: `union` of all (default), `base` (that of the base model), or that of a model.",
  }),
  tokens: z
    .record(z.string(), tokenRuleSchema)
    .nullish()
    .transform(absent)
    .meta({ description: "Rules for single tokens, by their text." }),
  pad_to_multiple_of: z.number().int().positive().nullish().transform(absent).meta({
    description: "Round the number of embedding rows up to a multiple; added rows are the mean of the others.",
  }),
});

/** One merge: a document of a mergekit-yaml file, as it stands in the file. */
export const mergeConfigurationSchema = z
  .object({
    merge_method: z
      .string()
      .meta({ description: "How tensors are combined, for example `slerp`, `ties` or `linear`." }),
    models: z
      .array(modelEntrySchema)
      .min(1)
      .nullish()
      .transform(absent)
      .meta({ description: "Models that are merged over all their layers." }),
    slices: z
      .array(outputSliceSchema)
      .min(1)
      .nullish()
      .transform(absent)
      .meta({ description: "Blocks of layers that the result is stacked from." }),
    modules: z.record(z.string(), moduleSchema).nullish().transform(absent).meta({
      description: "Definitions by module, for models of several parts; others have the one module `default`.",
    }),
    base_model: modelReferenceSchema.nullish().transform(absent).meta({
      description: "The model that deltas are taken against. Also gives config.json and the tokenizer files.",
    }),
    dtype: z.string().nullish().transform(absent).meta({
      description:
        "Type that tensors are cast to when they are read, and so the type of the arithmetic: `bfloat16`, `float16` or `float32`.",
    }),
    out_dtype: z
      .string()
      .nullish()
      .transform(absent)
      .meta({ description: "Type that the result is written in. Default: `dtype`." }),
    tokenizer_source: tokenizerSource.nullish().transform(absent).meta({
      description: "Vocabulary of the result: `union`, `base` or a model. Excludes `tokenizer`.",
    }),
    tokenizer: tokenizerSchema
      .nullish()
      .transform(absent)
      .meta({ description: "Vocabulary of the result and rules for single tokens." }),
    chat_template: z.string().nullish().transform(absent).meta({
      description:
        "`auto` (the most frequent among the models), a built-in name (alpaca, chatml, exaone, llama3, mistral) or a Jinja template.",
    }),
    parameters: parametersSchema.nullish().transform(absent),
    name: z.string().nullish().transform(absent).meta({
      description: "Name of this merge in a file of several documents; other documents may use it as a model.",
    }),
  })
  .meta({ title: "Merge configuration", description: "A merge of checkpoints, in the language of mergekit." });

export type MergeConfiguration = z.infer<typeof mergeConfigurationSchema>;
export type Setting = z.infer<typeof settingSchema>;
export type ScalarSetting = z.infer<typeof scalarSetting>;
export type ConditionalSetting = z.infer<typeof conditionalSetting>;
export type Parameters = z.infer<typeof parametersSchema>;
export type RawModelReference = z.infer<typeof modelReferenceSchema>;
export type RawOutputSlice = z.infer<typeof outputSliceSchema>;
export type TokenizerBlock = z.infer<typeof tokenizerSchema>;
export type TokenRule = z.infer<typeof tokenRuleSchema>;
