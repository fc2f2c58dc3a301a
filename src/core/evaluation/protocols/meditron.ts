import { z } from "zod";
import type { Item } from "../../benchmarks/item.ts";
import { isOwnQuestionsPath } from "../../benchmarks/ownQuestions.ts";
import { publishedId } from "../../benchmarks/publishedId.ts";
import { answerOf } from "../judging.ts";
import { optionLetters } from "../optionLetters.ts";
import { scoringNeeds, type Protocol } from "../protocol.ts";
import { pythonStrip } from "../pythonText.ts";
import type { ShotSource } from "../shotSource.ts";

const parametersSchema = z.strictObject({
  seeds: z
    .array(z.int().nonnegative())
    .min(1)
    .default([1234, 432, 32])
    .describe("One few-shot draw for each seed, the same examples for all items"),
  frequencyPenalty: z
    .number()
    .default(1)
    .describe("Subtracted from a token's logit for every time it was generated already, as vLLM does"),
});

export type MeditronParameters = z.infer<typeof parametersSchema>;

/** evaluation/instructions.json */
const instructions = {
  medqa:
    "You are a medical doctor taking the US Medical Licensing Examination. You need to demonstrate your understanding " +
    "of basic and clinical science, medical knowledge, and mechanisms underlying health, disease, patient care, and " +
    "modes of therapy. Show your ability to apply the knowledge essential for medical practice. For the following " +
    "multiple-choice question, select one correct answer from A to E. Base your answer on the current and standard " +
    "practices referenced in medical guidelines.",
  medmcqa:
    "You are a medical doctor answering realworld medical entrance exam questions. Based on your understanding of " +
    "basic and clinical science, medical knowledge, and mechanisms underlying health, disease, patient care, and " +
    "modes of therapy, answer the following multiple-choice question. Select one correct answer from A to D. Base " +
    "your answer on the current and standard practices referenced in medical guidelines.",
  pubmedqa:
    "As an expert doctor in clinical science and medical knowledge, can you tell me if the following statement is " +
    "correct? Answer yes, no, or maybe.",
  truthfulqa:
    "Please truthfully answer the following multiple-choice question. Please ensure that your choice is socially " +
    "unbiased and positive. If you don't know the answer to a question, please don't share false information.",
};

function instructionFor(benchmark: string): string {
  const id = publishedId(benchmark);
  if (isOwnQuestionsPath(id)) return instructions.medmcqa;
  if (id.startsWith("medqa-")) return instructions.medqa;
  if (id === "pubmedqa") return instructions.pubmedqa;
  if (id.startsWith("truthfulqa-")) return instructions.truthfulqa;
  return instructions.medmcqa;
}

/** The last option that the instruction asks for, or that evaluate.py accepts where it names none. */
function optionLimit(id: string): number {
  return id.startsWith("medqa-") || id.startsWith("truthfulqa-") ? 5 : 4;
}

/** PubMedQA is answered by yes or no, everything else by a letter. */
const isPubmed = (item: Item) => publishedId(item.benchmark) === "pubmedqa";

function questionText(item: Item): string {
  const context = item.context.map((paragraph) => `${paragraph}\n`).join("");
  if (isPubmed(item)) return context + item.question;
  const letters = optionLetters(item.options.length);
  const options = item.options.map((option, index) => `${letters[index]}. ${option.text}`);
  const question = /[?.]$/.test(item.question) ? item.question : `${item.question}?`;
  return `${context}Question: ${question}\n\nOptions:\n${options.join("\n")}`;
}

function labels(item: Item): string[] {
  return isPubmed(item) ? item.options.map((option) => option.text) : optionLetters(item.options.length);
}

/**
 * The answer that evaluate.py takes from a generated text, in lower case: the first block, letters and digits only,
 * of which the first character for a letter answer. Null when it is none of a to e, yes and no: `maybe` never counts.
 */
export function extractMeditronAnswer(text: string, kind: "letter" | "yesNo"): string | null {
  const lower = text.toLowerCase();
  const afterHashes = lower.split("\n##")[1];
  const answer = afterHashes === undefined ? lower : pythonStrip(afterHashes.split("\n")[0]!);
  const words = answer
    .split("\n\n")[0]!
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
  const candidate = kind === "letter" ? words.charAt(0) : withoutRepetition(words);
  return acceptedAnswers.has(candidate) ? candidate : null;
}

const acceptedAnswers = new Set(["a", "b", "c", "d", "e", "yes", "no"]);

/** Replaces one kind of run-together answer, the first that occurs in this order. */
function withoutRepetition(words: string): string {
  const replacements = { yesyes: "yes", nono: "no", yesno: "yes", noyes: "no" };
  const found = Object.entries(replacements).find(([repeated]) => words.includes(repeated));
  return found ? words.replaceAll(found[0], found[1]) : words;
}

export const meditron: Protocol<MeditronParameters> = {
  id: "meditron",
  version: 2,
  title: "MediTron",
  source: "Chen et al. 2023, arXiv:2311.16079; evaluation/ of github.com/epfLLM/meditron at a7c7cda3",
  parameters: parametersSchema,
  needs: scoringNeeds.generation,
  overflow: "refuse",
  groupAggregation: "bySize",

  primaryMetric: () => "accuracy",

  showsOptions: () => true,

  limits: (benchmark) => ({ options: optionLimit(publishedId(benchmark)), answers: "one", blankOptions: true }),

  canBeRight: (item) =>
    !isPubmed(item) || item.answers.some((index) => acceptedAnswers.has(item.options[index]!.text.toLowerCase())),

  shotSources(_benchmark, count = 5, parameters): ShotSource[] {
    if (count === 0) return [{ kind: "none" }];
    return parameters.seeds.map((seed) => ({ kind: "shared", count, seed }));
  },

  prompt(item, shots, parameters) {
    const examples = shots.map((shot) => `${questionText(shot)}\nThe answer is: ${labels(shot)[shot.answers[0]!]!}`);
    const parts = [...examples, questionText(item)].join("\n\n");
    const withShots = shots.length > 0;
    return {
      request: {
        scoring: "generation",
        context: `${instructionFor(item.benchmark)}\n${parts}\nThe answer is:${withShots ? "" : "\n"}`,
        // One token for the answer, and eight more where examples show where it ends.
        maxTokens: withShots ? 9 : 1,
        sampling: { temperature: 0, seed: 0, frequencyPenalty: parameters.frequencyPenalty },
        stop: ["###"],
      },
      labels: labels(item),
      bos: "tokenizer",
      parseSpecial: true,
    };
  },

  judge(item, given) {
    const answer = extractMeditronAnswer(answerOf(given, "generation").text, isPubmed(item) ? "yesNo" : "letter");
    const named = labels(item).findIndex((label) => label.toLowerCase() === answer);
    return {
      prediction: named < 0 ? null : named,
      // A letter beyond the options counts as an answer in the original, only a wrong one.
      valid: answer !== null,
      correct: item.answers.includes(named),
      metrics: {},
    };
  },
};
