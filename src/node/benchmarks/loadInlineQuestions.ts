import { createHash } from "node:crypto";
import { inlineQuestions, type InlineQuestion } from "../../core/benchmarks/inlineQuestions.ts";
import { requireUsable } from "../../core/benchmarks/reading.ts";
import { readBenchmark, type LoadedBenchmark, type OwnOptions } from "./dataStore.ts";

/**
 * The questions of a configuration, as a benchmark that is at hand.
 * @throws DataError when a question is malformed, which the configuration's schema does not let pass
 */
export function loadInlineQuestions(questions: readonly InlineQuestion[], options: OwnOptions): LoadedBenchmark {
  const { definition, file } = inlineQuestions(questions, options.language);
  const result = readBenchmark(definition, new Map([["test", file]]), options);
  requireUsable(definition, result, { strict: true });
  const sha256 = createHash("sha256").update(file.bytes).digest("hex");
  const record = { role: "test", bytes: file.bytes.length, sha256, isKnown: false } as const;
  return { ...result, definition, files: [record], warnings: [] };
}
