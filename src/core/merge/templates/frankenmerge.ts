import { studyModels, type MergeTemplate } from "./template.ts";

const { domain, instruct } = studyModels;

export const frankenmerge: MergeTemplate = {
  id: "frankenmerge",
  title: "Frankenmerge",
  description: "Layers of two models stacked into a deeper one (48 layers of two models of 32); train it afterwards",
  text: `# Layers are stacked in this order. Ranges are half-open: [0, 24] is layers 0 to 23.
merge_method: passthrough
base_model: ${instruct} # gives config.json and the tokenizer
slices:
  - sources:
      - model: ${instruct}
        layer_range: [0, 24]
  - sources:
      - model: ${domain}
        layer_range: [8, 32]
dtype: bfloat16
`,
};
