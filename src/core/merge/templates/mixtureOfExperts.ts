import { studyModels, type MergeTemplate } from "./template.ts";

const { domain, instruct } = studyModels;

export const mixtureOfExperts: MergeTemplate = {
  id: "mixture-of-experts",
  title: "Mixture of experts",
  description: "A Mixtral-shaped model whose experts are the MLPs of dense models, routed by prompts",
  text: `# The router sends a token to the experts whose prompts resemble it.
base_model: ${instruct} # gives everything but the experts
gate_mode: cheap_embed # from the embeddings of the prompts' tokens; or random, to be trained
experts_per_token: 2
experts:
  - source_model: ${domain}
    positive_prompts:
      - A patient presents with
      - The most likely diagnosis is
  - source_model: ${instruct}
    positive_prompts:
      - Summarize the following text
      - Explain in simple words
dtype: bfloat16
`,
};
