import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EvaluationSummarizer } from "../../src/core/evaluation/summary/evaluationSummarizer.ts";
import type { ItemRecord } from "../../src/core/runs/itemRecord.ts";
import { prepareEvaluations } from "../../src/node/evaluation/prepareEvaluation.ts";
import { createRun, readManifest, writeManifest } from "../../src/node/runs/runFolder.ts";
import { sampleModel } from "../node/evaluation/evaluationFixture.ts";

/**
 * Makes a finished run of as many own questions of usual length, with answers that follow from their numbers, in `runs`
 * of the folder.
 * @returns the run's folder
 */
export async function makeLargeRun(folder: string, count: number): Promise<string> {
  const questions = Array.from({ length: count }, (_, index) => ({
    id: `q-${index}`,
    question: `A patient of ${20 + (index % 70)} years, number ${index}, presents with fever. ${"What next? ".repeat(40)}`,
    options: ["Aspirin", "Amoxicillin", "Observation", "Surgery"],
    answer: "ABCD"[index % 4]!,
    subject: `subject ${index % 20}`,
  }));
  const file = join(folder, "large.jsonl");
  await writeFile(file, questions.map((question) => JSON.stringify(question) + "\n").join(""));
  const given = { benchmark: file, models: sampleModel, protocol: "lm-eval" };
  const [prepared] = await prepareEvaluations(given, { baseFolder: folder, dataFolder: join(folder, "none") });
  const run = await createRun(join(folder, "runs"), prepared!.run);
  const { protocol, parameters } = prepared!.protocol;
  const summarizer = new EvaluationSummarizer(protocol, parameters, []);
  const lines: string[] = [];
  for (const [index, question] of questions.entries()) {
    const record = recordOf(index, question);
    summarizer.add(record);
    lines.push(JSON.stringify(record) + "\n");
  }
  await writeFile(join(run, "items.jsonl"), lines.join(""));
  await writeFile(join(run, "summary.json"), JSON.stringify(summarizer.summary()));
  await writeManifest(run, { ...(await readManifest(run)), state: "finished" });
  return run;
}

function recordOf(index: number, { id, subject }: { readonly id: string; readonly subject: string }): ItemRecord {
  const gold = index % 4;
  const prediction = (index * 7) % 5 === 0 ? gold : (index * 3) % 4;
  const logLikelihoods = [0, 1, 2, 3].map((option) => (option === prediction ? -1 : -2 - ((index + option) % 3)));
  return {
    v: 1,
    benchmark: "large.jsonl",
    item: id,
    draw: 0,
    subject,
    language: "en",
    order: [0, 1, 2, 3],
    labels: ["A", "B", "C", "D"],
    gold: [gold],
    shots: [],
    droppedShots: 0,
    promptSha256: "0".repeat(64),
    promptTokens: 200,
    truncatedTokens: 0,
    answer: {
      scoring: "continuations",
      logLikelihoods,
      tokenCounts: [1, 1, 1, 1],
      characters: [7, 11, 11, 7],
      bytes: [7, 11, 11, 7],
      greedy: [false, false, false, false],
    },
    prediction,
    valid: true,
    correct: prediction === gold,
    metrics: { accuracy: Number(prediction === gold) },
    probabilities: logLikelihoods.map(Math.exp),
    evaluatedTokens: 200,
    minimumTokens: 200,
    milliseconds: 50,
  };
}
