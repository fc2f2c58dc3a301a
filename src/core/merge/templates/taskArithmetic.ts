import { studyModels, type MergeTemplate } from "./template.ts";

const { domain, instruct } = studyModels;

export const taskArithmetic: MergeTemplate = {
  id: "task-arithmetic",
  title: "Task arithmetic",
  description: "Adds what fine-tunes changed in their common base, each with a weight; a negative weight takes it away",
  text: `# result = base + lambda * sum of weight * (model - base)
merge_method: task_arithmetic
base_model: mistralai/Mistral-7B-v0.1
models:
  - model: ${instruct}
    parameters:
      weight: 1.0
  - model: ${domain} # with an adapter: path/of/the/model+path/of/the/adapter
    parameters:
      weight: 0.5
parameters:
  lambda: 1.0
dtype: bfloat16
`,
};
