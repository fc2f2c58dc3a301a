/**
 * A file of ten named merges in 500 lines: slices with curves for attention and MLP, models with conditions at every level,
 * comments, and each merge using the one before it.
 */
export function largeMergeFile(): string {
  return Array.from({ length: 10 }, (_, index) => documentText(index)).join("---\n");
}

function documentText(index: number): string {
  const method = ["dare_ties", "ties", "della", "breadcrumbs_ties", "task_arithmetic"][index % 5]!;
  const density = method === "task_arithmetic" ? [] : ["      density: [0.5, 0.7, 0.6]"];
  const models = Array.from({ length: 6 }, (_, k) => [
    `  # model ${k + 1} of merge ${index + 1}`,
    `  - model: ${index > 0 && k === 0 ? `merge-${index - 1}` : `acme-ai/seed${index * 6 + k}-7B-mistral`}`,
    "    parameters:",
    ...density,
    "      weight:",
    "        - {filter: mlp, value: [0.1, 0.3]}",
    `        - value: 0.${k + 1}`,
  ]).flat();
  const lines = [
    `name: merge-${index}`,
    `merge_method: ${method}`,
    "base_model: mistralai/Mistral-7B-v0.1",
    "models:",
    ...models,
    "parameters:",
    "  lambda: 1.05",
    "dtype: bfloat16",
  ];
  const padding = Array.from({ length: 49 - lines.length }, (_, k) => `# note ${k + 1}`);
  return [...padding, ...lines].join("\n") + "\n";
}
