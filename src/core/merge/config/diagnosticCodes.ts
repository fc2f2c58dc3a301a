/** What a code of the diagnostics of merge configurations is about, for its page. */
export interface CodeExplanation {
  /** A few words, without a full stop. */
  readonly title: string;
  /** Markdown: what happens and what to do. */
  readonly explanation: string;
}

/** Every code, without its prefix `merge.`; the diagnostics can use no other. */
export const diagnosticCodes = {
  // The text itself.
  yaml: {
    title: "The YAML cannot be read",
    explanation:
      "The text breaks a rule of YAML: a bracket or quote that is not closed, a tab (which PyYAML, and so mergekit, takes in quotes and comments only), an alias without an anchor. Nothing that follows can be trusted until it is mended.",
  },
  emptyDocument: {
    title: "A document without content",
    explanation:
      "`---` begins a document. At the end of a file it begins an empty one, and mergekit stops. Medley passes over it.",
  },
  yamlVersion: {
    title: "YAML 1.1 and 1.2 read this differently",
    explanation:
      "mergekit reads YAML 1.1, as Medley does here: `on`, `off`, `yes` and `no` are booleans, `1e-3` is text because its mantissa has no dot, `010` is eight. Other tools read YAML 1.2. Write the value so that both agree: `true`, `0.001`, `8`.",
  },
  duplicateKey: {
    title: "A key stands twice",
    explanation: "The last one counts and the earlier one is dropped without a word. Remove one of the two.",
  },
  quotedNumber: {
    title: "A number in quotes",
    explanation: "The text is converted to a number, so the result is right. Without the quotes nobody has to wonder.",
  },
  form: {
    title: "The value has the wrong form",
    explanation:
      "A list, a mapping or a single value stands where another is expected. Hover over the key to see what it takes.",
  },
  empty: {
    title: "An empty list",
    explanation: "A merge needs at least one entry here. Add one, or remove the key.",
  },
  missingKey: {
    title: "A required key is missing",
    explanation:
      "`merge_method` is required at the top of every merge, `model` in every entry of `models` and `sources`, `sources` in every slice.",
  },
  unknownKey: {
    title: "An unknown key",
    explanation:
      "mergekit ignores keys that it does not know, at every level and without a word: a misspelt `base_model` merges without a base. Correct the spelling or remove the key.",
  },
  misplacedKey: {
    title: "A key in the wrong place",
    explanation:
      "The key is known, but not here, so it is ignored. Method parameters belong under `parameters`; `dtype`, `base_model` and `tokenizer` at the top level.",
  },
  name: {
    title: "Names of the merges of one file",
    explanation:
      "In a file of several documents each merge has its own `name`, and at most one has none: that is the result.",
  },
  nameCycle: {
    title: "Merges that use each other in a circle",
    explanation:
      "A merge can use another of the same file by its `name`, but not, over any number of steps, itself: none of them could be made first. Break the circle.",
  },
  // Method and definition.
  unknownMethod: {
    title: "An unknown merge method",
    explanation: "`merge_method` is one of the methods that Medley and mergekit know; completion lists them.",
  },
  definition: {
    title: "Exactly one of models, slices and modules",
    explanation:
      "`models` merges whole models, `slices` stacks blocks of layers, `modules` defines each part of a model with several. Give exactly one of them.",
  },
  modelCount: {
    title: "The wrong number of models for the method",
    explanation:
      "Some methods take a fixed number: `slerp` and `nuslerp` two, `nearswap` and `arcee_fusion` the base and one other, `passthrough` one a slice, `model_stock` the base and at least two others. mergekit finds out only when it computes the first tensor.",
  },
  modelTwice: {
    title: "A model is listed twice",
    explanation:
      "Inputs are kept by their name: the entries collapse into one, which has the parameters of the first and the layers of the last. To weigh a model more, raise its weight.",
  },
  baseMissing: {
    title: "The method needs a base model",
    explanation:
      "The method works on differences from a base model, or interpolates from it. Name the model that the others were fine-tuned from as `base_model`.",
  },
  baseListed: {
    title: "The base model must be a third model",
    explanation:
      "With `nuslerp`, `base_model` is what differences are taken against, so it cannot be one of the two models that are merged. Remove it from the list, or remove `base_model`.",
  },
  baseElsewhere: {
    title: "The base model must be one of the two",
    explanation: "`slerp` interpolates from the base model (t = 0) to the other one (t = 1): list both.",
  },
  baseNotInSlice: {
    title: "The base model is not in the slice",
    explanation:
      "With `models` the base model is added by itself; with `slices` it has to be listed among the sources of every slice, with its own `layer_range`, because nobody else knows which of its layers belong there.",
  },
  baseNotListed: {
    title: "The base model must be one of the models",
    explanation:
      "`linear` has no use for a base model apart from its config.json and tokenizer, and stops over one that is not among the models. Add it to `models` (a weight of 0 is possible), or remove `base_model`.",
  },
  baseJoins: {
    title: "The base model takes part as an equal",
    explanation:
      "The method has no notion of a base model: it becomes one more participant, which changes the result. List it among the models if that is meant; otherwise remove `base_model`.",
  },
  donor: {
    title: "config.json and tokenizer come from an arbitrary model",
    explanation:
      "Without `base_model`, mergekit takes config.json and the tokenizer from any of the models, another one each time it runs; Medley takes the first. Where they differ, the result may not even load. Name the model as `base_model`, or state a `tokenizer`.",
  },
  noSeed: {
    title: "A random method without a seed",
    explanation:
      "The method drops elements at random: without a seed mergekit makes another model each time. Set the random seed. Medley chooses one, prints it and records it with the run.",
  },
  seed: {
    title: "The random seed is out of range",
    explanation: "The generator takes seeds from 0 to 4294967295.",
  },
  // Parameters.
  setting: {
    title: "The value of a parameter has the wrong form",
    explanation:
      "A parameter takes a number (or `true`/`false`), a list of numbers that is spread over the layers, or a list of `{filter, value}` entries for tensors by name.",
  },
  kind: {
    title: "The value of a parameter has the wrong type",
    explanation: "The method expects a whole number, or `true` or `false`, here.",
  },
  unknownParameter: {
    title: "An unknown parameter",
    explanation:
      "mergekit ignores parameters that no method has, so the default is used without a word: `densty: 0.5` merges with a density of 1. Correct the spelling.",
  },
  unusedParameter: {
    title: "A parameter that the method does not use",
    explanation: "The parameter belongs to other methods; this one ignores it. Remove it, or choose another method.",
  },
  baseParameter: {
    title: "A parameter of the base model",
    explanation:
      "The method takes differences from the base model, so the base itself has no weight or density; what is given is not used.",
  },
  parameterMissing: {
    title: "A required parameter is missing",
    explanation:
      "The parameter has no default. Set it for the model, for its slice, or for all under the top-level `parameters`.",
  },
  notCovered: {
    title: "Some tensors have no value",
    explanation:
      "A list of `{filter, value}` entries gives nothing to tensors that no filter fits. Add a last entry without `filter`, or a value at a level above.",
  },
  loneCondition: {
    title: "A filter entry outside a list",
    explanation:
      "`{filter, value}` has to be an entry of a list, even when it is the only one: mergekit accepts it elsewhere and stops when it plans.",
  },
  filterPattern: {
    title: "Filters are not patterns",
    explanation:
      "A filter is a plain part of a tensor's name: neither `*` inside it nor regular expressions mean anything, so such a filter fits no tensor. `*` alone fits all.",
  },
  filterNumber: {
    title: "A filter that also fits other layers",
    explanation: "`layers.1` is part of `layers.10` to `layers.19` too. Write `layers.1.` for the one layer.",
  },
  filterUnmatched: {
    title: "A filter that fits no tensor",
    explanation: "No tensor of these models has this text in its name. Completion lists the parts of the real names.",
  },
  gradientHead: {
    title: "Head and norm take the first value of a gradient",
    explanation:
      "A list of numbers is spread over the layers of a slice. Tensors outside the layers, which are the embeddings, the final norm and lm_head, stand at position 0 and take the FIRST value. Use `{filter, value}` entries where that is not meant.",
  },
  gradientEnd: {
    title: "A slice of one layer takes the last value",
    explanation:
      "The position of a layer in its slice goes from 0 to 1; the layer of a slice with only one stands at 1 and takes the LAST value of the list.",
  },
  range: {
    title: "A value outside the useful range",
    explanation:
      "The method accepts the value, but it does not do what one expects: the output equals the base, values are extrapolated, or a tensor fills with NaN.",
  },
  density: {
    title: "A density that keeps nothing, or everything",
    explanation:
      "`density` is the share of the differences from the base model that is kept. 0 removes the model (with `ties` the merge stops, as it does when a small tensor keeps no element), more than 1 has the effect of 1.",
  },
  gamma: {
    title: "Small tensors contribute nothing",
    explanation:
      "Breadcrumbs drops the share `gamma` of the largest differences. Where that share is less than one element, the reference's selection is empty: differences of small tensors such as norms are dropped wholly.",
  },
  epsilon: {
    title: "density ± epsilon must lie between 0 and 1",
    explanation:
      "DELLA keeps an element with a probability from density − epsilon to density + epsilon; both must lie strictly between 0 and 1. The default of epsilon is 0.15. A density of exactly 1 drops nothing and is allowed.",
  },
  weightSum: {
    title: "Weights that sum to 0",
    explanation:
      "With `normalize` the result is divided by the sum of the weights: it fills with NaN or infinity. Set `normalize: false` if the difference of two models is what you want.",
  },
  halfPrecision: {
    title: "Sums that float16 cannot hold",
    explanation:
      "`rescale` adds the absolute values of a whole tensor, in float16 up to 65504 only. Compute in `dtype: float32` and write `out_dtype: float16`.",
  },
  noEffect: {
    title: "A key without an effect",
    explanation: "It is accepted for compatibility and changes nothing in the result. It can be removed.",
  },
  // Layers.
  layerRange: {
    title: "A layer range that is not usable",
    explanation:
      "`layer_range: [start, end]` counts layers from 0 and does not include the end: `[0, 32]` are all layers of a model with 32. An empty or inverted range adds no layer, and mergekit writes a config.json with a wrong number of layers without a word.",
  },
  layerRangeMissing: {
    title: "A source without a layer range",
    explanation: "Every source of a slice says which layers it gives: `layer_range: [start, end]`.",
  },
  layerIndex: { title: "A layer is a whole number", explanation: "Layers are counted 0, 1, 2, …" },
  layerCounts: {
    title: "Sources of different length",
    explanation:
      "Layers are merged one with one, so all sources of a slice span the same number. Models of different depth cannot be merged with `models`: choose layers with `slices`.",
  },
  fewerSources: {
    title: "The first slice has fewer sources than the last",
    explanation:
      "mergekit pairs the sources of the last slice with those of the first: norm and lm_head of the surplus ones are left out without a word. Give both slices the same models if they are meant to take part there.",
  },
  // Types, tokenizer, template.
  dtype: {
    title: "A dtype that is not accepted",
    explanation:
      "`dtype` and `out_dtype` are `bfloat16`, `float16` or `float32`. Short names such as `bf16` fail when the first tensor is read; `torch.bfloat16` is written into config.json as it stands; `int64` truncates every weight.",
  },
  resultType: {
    title: "The result is float32",
    explanation:
      "This method computes its last step in float32 and writes that, twice the size, while config.json says otherwise. Set `out_dtype`.",
  },
  mixedTypes: {
    title: "Inputs of different dtypes",
    explanation:
      "Without `dtype` the type of the arithmetic follows from the inputs: that of the base model, or float32. State `dtype`.",
  },
  tokenizerTwice: {
    title: "tokenizer and tokenizer_source",
    explanation: "The two exclude each other. `tokenizer: {source: …}` can all that `tokenizer_source` can.",
  },
  tokenizerSource: {
    title: "An unknown source of the vocabulary",
    explanation: "The vocabulary of the result is `union`, `base`, or that of a model that exists.",
  },
  tokenSource: {
    title: "An unclear source of a token",
    explanation:
      "The embedding of a token comes from a model, from another token of a model (`kind: model_token` with exactly one of `token` and `token_id`), or is zero.",
  },
  tokenModel: {
    title: "A token from a model that is not merged",
    explanation: "Embeddings can only be taken from the models of this merge. List the model, or choose one of them.",
  },
  tokenUnknown: {
    title: "The model has no such token",
    explanation: "The token is not in the vocabulary of the model that it is to be taken from.",
  },
  tokenUnowned: {
    title: "A token that no model has",
    explanation: "A new token needs a `source`: no model has an embedding for it.",
  },
  zeroToken: {
    title: "Zero tokens stop mergekit",
    explanation:
      "mergekit stops over `kind: zero` with an unassigned variable. Medley writes zeros; for mergekit name a token as source.",
  },
  vocabulary: {
    title: "Vocabularies of different size",
    explanation:
      "The embeddings of the models have different numbers of rows. Depending on the method the merge stops, or rows are cut. Then tokens with ids above the rows have no embedding, and text with one of them fails; mergekit also leaves the old `vocab_size` in config.json, so that its result does not load. A `tokenizer` block aligns the vocabularies by their tokens.",
  },
  vocabularyShrinks: {
    title: "The vocabulary loses its padding",
    explanation:
      "A rebuilt vocabulary has as many rows as it has tokens; the padding that a model came with is lost (Qwen: 152064 becomes 151665). `tokenizer: {pad_to_multiple_of: …}` keeps the size.",
  },
  chatTemplate: {
    title: "An unknown chat template",
    explanation:
      "`chat_template` is `auto`, the name of a built-in template, or a Jinja template. mergekit logs the error and writes a model without tokenizer.",
  },
  // Models on disk.
  modelReference: {
    title: "A model reference that cannot be read",
    explanation:
      'A model is written as `path[@revision][+adapter[@revision]]`. A path that contains "@" or "+" needs the object form `{model: {path: …}}`.',
  },
  modelElsewhere: {
    title: "A model that is not on this machine",
    explanation:
      "The name is that of a model on a hub, and neither the folder of the configuration nor the cache of the Hugging Face tools has it. What depends on its layers, sizes and tensors is not checked. Download it before the merge: a merge downloads nothing. The quick fix shows where Medley has looked.",
  },
  modelMissing: {
    title: "The model does not exist here",
    explanation:
      "There is no such folder, no merge of this name in the file, and no such model in the cache of the Hugging Face tools. Relative paths start from the folder of the configuration. A merge downloads nothing.",
  },
  modelUnusable: {
    title: "The model cannot be used",
    explanation: "Its files are incomplete, damaged, or of a kind that cannot be merged; the message says which.",
  },
  quantized: {
    title: "A quantized checkpoint",
    explanation:
      "Weights that are quantized (bitsandbytes, GPTQ, AWQ, …) cannot be merged: their numbers are codes. Merge the original weights and quantize the result.",
  },
  architecture: {
    title: "Models of different architectures",
    explanation:
      "Tensors of different architectures do not correspond, even where names and shapes agree. The option allow-crimes tries it anyway.",
  },
  architectures: {
    title: "More than one architecture in config.json",
    explanation: "The merge has to know which one it is: name it with `override_architecture` in the object form.",
  },
  architectureUnknown: {
    title: "An architecture without a table",
    explanation:
      "Medley knows no table of tensors for this architecture: it merges the tensors that all models have, by their names. Numbers of layers in config.json are not updated.",
  },
  hiddenSize: {
    title: "Models of different width",
    explanation:
      "Their tensors have different shapes and cannot be combined. Methods of the task-vector family skip such a model's tensors without an error, so that it does not take part.",
  },
  tensorMissing: {
    title: "The checkpoint is incomplete",
    explanation: "A tensor that the architecture needs is in none of its files: a shard may be missing.",
  },
  tying: {
    title: "Tied and untied embeddings",
    explanation:
      "The base model uses its input embeddings as output head and its config.json says so; another model has a head of its own. The head is merged and written, but ignored when the result is loaded.",
  },
  module: {
    title: "An unknown module",
    explanation: "Models of one part have one module, named `default`. Use `models` or `slices` at the top level.",
  },
  modules: {
    title: "A model of several parts",
    explanation: "Models with a vision or audio tower are merged part by part: use `modules` in place of `slices`.",
  },
  loraCache: {
    title: "mergekit needs a folder for fused adapters",
    explanation:
      "mergekit fuses an adapter into a copy of its model before it merges, and needs the option lora-merge-cache for it. Medley fuses while reading and needs nothing.",
  },
  // Mixtures of experts.
  moe: {
    title: "A mixture that cannot work",
    explanation: "`experts_per_token` is at least 1 and at most the number of experts.",
  },
  moePrompts: {
    title: "An expert without prompts",
    explanation:
      "Unless the router is random it is made from prompts that say what each expert is for; every expert needs `positive_prompts`, and not all the same ones.",
  },
  moeCopies: {
    title: "All experts are the same",
    explanation: "The mixture computes what the one model does, at a higher price, until it is trained.",
  },
  moeEngine: {
    title: "A gate mode that needs mergekit",
    explanation:
      "The `hidden` modes run the model over the prompts, which Medley cannot do. Use `cheap_embed` or `random`, or let mergekit run this file.",
  },
} as const satisfies Readonly<Record<string, CodeExplanation>>;

export type DiagnosticCode = keyof typeof diagnosticCodes;

/** As it stands in the diagnostics. */
export type FullDiagnosticCode = `merge.${DiagnosticCode}`;

/** The page that explains the codes, in the repository; each has a heading with its full code. */
export const diagnosticsPage = "docs/merge-diagnostics.md";

/** The page as Markdown, a heading a code. */
export function diagnosticsPageText(): string {
  const sections = Object.entries(diagnosticCodes).map(
    ([code, { title, explanation }]) => `## merge.${code}\n\n**${title}.** ${explanation}\n`,
  );
  const introduction =
    "What Medley says of a merge configuration has one of these codes. An error stops the merge, or would ruin its result without a word.";
  return [`# Diagnostics of merge configurations\n\n${introduction}\n`, ...sections].join("\n");
}

/** Line of a code's heading on the page, counted from 1. */
export function lineOnPage(code: FullDiagnosticCode): number {
  return diagnosticsPageText().split("\n").indexOf(`## ${code}`) + 1;
}
