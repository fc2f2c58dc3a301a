import type { MedleyErrorOptions } from "../errors.ts";
import { inlineBenchmarkId } from "./inlineQuestions.ts";
import { isOwnQuestionsPath } from "./ownQuestions.ts";
import { benchmarks } from "./registry.ts";

/** What a user can do when a benchmark has no, or too few, examples for few-shot prompts. */
export function shotHelp(benchmark: string): Pick<MedleyErrorOptions, "hint" | "remedy"> {
  if (benchmark === inlineBenchmarkId) {
    return { hint: 'Mark examples among the questions with the split "shots", or ask for 0 shots.' };
  }
  if (isOwnQuestionsPath(benchmark)) {
    return { hint: 'Mark examples in the file with the split "shots", or ask for 0 shots.' };
  }
  const definition = benchmarks.find(({ id }) => id === benchmark);
  const files = definition?.files.filter(({ role }) => role === "train" || role === "dev") ?? [];
  if (files.length === 0) return { hint: "It has no training split: ask for 0 shots." };
  const names = files.map(({ names: [name] }) => name).join(" or ");
  const isFetchable = files.some(({ known }) => known.some(({ urls }) => urls.length > 0));
  return {
    hint: `Name a folder that holds ${names}, or ask for 0 shots.`,
    ...(isFetchable && { remedy: { action: "fetchData", benchmarks: [benchmark] } }),
  };
}
