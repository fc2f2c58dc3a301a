import { studyModels, type MergeTemplate } from "./template.ts";

const { domain, instruct } = studyModels;

/** Models of the methods that keep a share of what a fine-tune changed. */
const halfOfTheChanges = `base_model: ${instruct}
models:
  - model: ${domain}
    parameters:
      density: 0.5 # share of the changes that is kept
      weight: 0.5
  # Add more fine-tunes of the same base here.
`;

export const biomedicalSlerp: MergeTemplate = {
  id: "biomedical-slerp",
  title: "Biomedical SLERP",
  description: "BioMistral and Mistral-Instruct, half of each, interpolated on the sphere (t = 0.5)",
  text: `# Half way between a biomedical model and its instruction-tuned sibling.
merge_method: slerp
base_model: ${instruct}
models:
  - model: ${instruct}
  - model: ${domain}
parameters:
  t: 0.5 # 0 is the base model, 1 the other one; a list is a gradient over the layers
dtype: bfloat16
`,
};

export const biomedicalTies: MergeTemplate = {
  id: "biomedical-ties",
  title: "Biomedical TIES",
  description: "The larger half of what BioMistral changed in Mistral-Instruct (density 0.5, weight 0.5)",
  text: `# TIES keeps the largest changes of every model and settles their signs.
merge_method: ties
${halfOfTheChanges}parameters:
  normalize: true # divides by the sum of the weights: with one model its weight cancels out
dtype: bfloat16
`,
};

export const biomedicalDare: MergeTemplate = {
  id: "biomedical-dare",
  title: "Biomedical DARE",
  description: "A random half of what BioMistral changed in Mistral-Instruct, rescaled (density 0.5, weight 0.5)",
  text: `# DARE drops changes at random. The seed is an option of the run: it is chosen and recorded if you give none.
merge_method: dare_linear
${halfOfTheChanges}dtype: bfloat16
`,
};

export const biomedicalDareTies: MergeTemplate = {
  id: "biomedical-dare-ties",
  title: "Biomedical DARE-TIES",
  description: "As DARE, with the signs of several models settled as in TIES (density 0.5, weight 0.5)",
  text: `# DARE drops changes at random, TIES settles the signs of what is left. The seed is an option of the run.
merge_method: dare_ties
${halfOfTheChanges}dtype: bfloat16
`,
};
