import { createHash } from "node:crypto";
import { inlineQuestions, type InlineQuestion } from "../../core/benchmarks/inlineQuestions.ts";
import { requireUsable } from "../../core/benchmarks/reading.ts";
import type { LoadedBenchmark } from "./dataStore.ts";

/**
 * The questions of a configuration, as a benchmark that is at hand.
 * @param language BCP 47 tag of questions that name none
 * @throws DataError when a question is malformed, which the configuration's schema does not let pass
 */
export function loadInlineQuestions(questions: readonly InlineQuestion[], language?: string): LoadedBenchmark {
  const { definition, file } = inlineQuestions(questions, language);
  const result = definition.read(new Map([["test", file]]));
  requireUsable(definition, result, true);
  const sha256 = createHash("sha256").update(file.bytes).digest("hex");
  const record = { role: "test", bytes: file.bytes.length, sha256, isKnown: false } as const;
  return { ...result, definition, files: [record], warnings: [] };
}
