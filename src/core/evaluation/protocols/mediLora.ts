import { z } from "zod";
import type { Item } from "../../benchmarks/item.ts";
import { publishedId } from "../../benchmarks/publishedId.ts";
import { answerOf, indicator } from "../judging.ts";
import { optionLetters } from "../optionLetters.ts";
import { scoringNeeds, type Protocol } from "../protocol.ts";
import { pythonStrip } from "../pythonText.ts";
import { letterLimit } from "../protocolLimits.ts";
import type { ShotSource } from "../shotSource.ts";

const parametersSchema = z.strictObject({
  temperature: z.number().nonnegative().default(0.2).describe("0 is greedy"),
  topK: z.int().positive().default(40).describe("Draws from the most probable tokens only"),
  topP: z.number().positive().max(1).default(0.95).describe("Of these, from the fewest that have this probability"),
  seed: z.int().nonnegative().default(1234).describe("Every item's own seed is derived from it"),
  draws: z.int().positive().default(1).describe("How often each item is answered, each time with another seed"),
  maxTokens: z
    .int()
    .positive()
    .default(16)
    .describe("The answer is at the beginning of the text, so that a longer text gives the same number"),
});

export type MediLoraParameters = z.infer<typeof parametersSchema>;

/** The system prompt for MedQA; the original is edited by hand for four or five options. */
function examinationPrompt(letters: readonly string[]): string {
  return (
    "You are a medical doctor taking the US Medical Licensing Examination. You need to demonstrate your understanding " +
    "of basic and clinical science, medical knowledge, and mechanisms underlying health, disease, patient care, and " +
    "modes of therapy. Show your ability to apply the knowledge essential for medical practice. For the following " +
    `multiple-choice question, select one correct answer from ${letters[0]} to ${letters.at(-1)}, and then offer some ` +
    "step-by-step reasonings. Base your answer on the current and standard practices referenced in medical guidelines."
  );
}

const pubmedPrompt =
  "As an expert doctor in clinical science and medical knowledge, can you tell me if the following question is " +
  "correct, given the accompanying context? Answer 'yes', 'no', or 'maybe'. Then, follow up with some explanations.";

/** PubMedQA is answered by yes, no or maybe, everything else by a letter in brackets. */
const isPubmed = (item: Item) => publishedId(item.benchmark) === "pubmedqa";

function userMessage(item: Item): string {
  if (isPubmed(item)) return ` Contexts: ${item.context.join(" ")} Question: ${item.question}`;
  const letters = optionLetters(item.options.length);
  const options = item.options.map((option, index) => `(${letters[index]}) ${option.text}`);
  const context = item.context.length > 0 ? `Context: ${item.context.join("\n")}\n` : "";
  return `${context}Question: ${item.question}\nOptions:\n${options.join("\n")}`;
}

function rightAnswer(item: Item): string {
  const index = item.answers[0]!;
  const { text } = item.options[index]!;
  return isPubmed(item) ? `${text}.` : `(${optionLetters(item.options.length)[index]}) ${text}`;
}

const turn = (role: "system" | "user" | "assistant", message: string) => `<|im_start|>${role}\n${message}<|im_end|>\n`;

/** Position of the option that the text begins with; null when it begins with none. */
function prefixOption(item: Item, text: string): number | null {
  const answer = pythonStrip(text);
  if (isPubmed(item)) {
    const word = /^[a-z]+/i.exec(answer)?.[0].toLowerCase();
    return found(item.options.findIndex((option) => option.text.toLowerCase() === word));
  }
  return found(optionLetters(item.options.length).findIndex((letter) => answer.startsWith(`(${letter})`)));
}

const found = (index: number) => (index < 0 ? null : index);

export const mediLora: Protocol<MediLoraParameters> = {
  id: "medilora",
  version: 2,
  title: "MediLoRA",
  source: "github.com/yxzwayne/Medilora at 65ba9adf, eval/; sampling defaults of llama-cpp-python",
  parameters: parametersSchema,
  needs: scoringNeeds.generation,
  overflow: "refuse",
  groupAggregation: "bySize",

  primaryMetric: () => "accuracy",

  showsOptions: () => true,

  limits: () => ({ options: letterLimit, answers: "one", blankOptions: true }),

  canBeRight: () => true,

  shotSources(_benchmark, count = 0, parameters): ShotSource[] {
    return Array.from({ length: parameters.draws }, (_, draw) =>
      count === 0 ? { kind: "none" } : { kind: "shared", count, seed: parameters.seed + draw },
    );
  },

  prompt(item, shots, parameters) {
    const letters = optionLetters(item.options.length);
    const system = turn("system", isPubmed(item) ? pubmedPrompt : examinationPrompt(letters));
    const examples = shots.map((shot) => turn("user", userMessage(shot)) + turn("assistant", rightAnswer(shot)));
    const { temperature, topK, topP, seed, maxTokens } = parameters;
    return {
      request: {
        scoring: "generation",
        context: `${system}${examples.join("")}${turn("user", userMessage(item))}<|im_start|>assistant\n`,
        maxTokens,
        sampling: { temperature, topK, topP, seed },
        stop: ["<|im_end|>"],
      },
      labels: isPubmed(item) ? item.options.map((option) => option.text) : letters,
      bos: "tokenizer",
      parseSpecial: true,
    };
  },

  judge(item, given) {
    const { text } = answerOf(given, "generation");
    const prediction = prefixOption(item, text);
    return {
      prediction,
      valid: prediction !== null,
      correct: prediction !== null && item.answers.includes(prediction),
      metrics: isPubmed(item) ? noMetrics : { acc_second_character: indicator(secondCharacterIsRight(item, text)) },
    };
  },
};

const noMetrics = {};

/** How the original computes its accuracy, whether or not the answer is valid. */
function secondCharacterIsRight(item: Item, text: string): boolean {
  const second = text.charAt(1).toUpperCase();
  return item.answers.includes(optionLetters(item.options.length).indexOf(second));
}
