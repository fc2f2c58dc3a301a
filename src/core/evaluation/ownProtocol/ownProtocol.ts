import { z } from "zod";
import type { Item } from "../../benchmarks/item.ts";
import { ConfigurationError } from "../../errors.ts";
import { answerOf, judgeContinuations, judgeNextToken } from "../judging.ts";
import { optionLetters } from "../optionLetters.ts";
import { scoringNeeds, type Judgement, type ModelAnswer, type Protocol, type ProtocolRequest } from "../protocol.ts";
import { pythonStrip } from "../pythonText.ts";
import { letterLimit } from "../protocolLimits.ts";
import type { ShotSource } from "../shotSource.ts";
import { findOption } from "./findOption.ts";
import { templateSlots, type GenerationScoring, type ProtocolDefinition } from "./protocolDefinition.ts";
import { Template } from "./template.ts";

/** The protocol that a definition declares. It has no parameters: the definition says everything. */
export function ownProtocol(definition: ProtocolDefinition): Protocol<Record<string, never>> {
  const { name, version, title = name, source, overflow, groupAggregation, metric, bos, parseSpecial } = definition;
  const { labels, scoring, languages } = definition;
  const text = new ProtocolText(definition);
  return {
    id: name,
    version,
    title,
    source,
    parameters: z.strictObject({}),
    needs: scoringNeeds[scoring.kind],
    overflow,
    groupAggregation,
    primaryMetric: () => metric,
    showsOptions: () => text.showsOptions,
    limits: () => ({
      options: Array.isArray(labels) ? labels.length : letterLimit,
      answers: "one",
      blankOptions: !(scoring.kind === "continuations" && text.scoresText),
      languages,
    }),
    canBeRight: (item) => scoring.kind !== "generation" || canBeFound(scoring, text, item),
    shotSources: (_benchmark, count) => shotSources(definition, count),
    prompt: (item, shots) => ({
      request: requestFor(definition, text, item, shots),
      labels: text.labels(item),
      bos,
      parseSpecial,
    }),
    judge: (item, answer) => judge(definition, text, item, answer),
  };
}

function shotSources({ shots }: ProtocolDefinition, count: number | undefined): readonly ShotSource[] {
  const declared = typeof shots === "number" ? [firstShots(shots)] : "kind" in shots ? [shots] : shots;
  if (count === undefined) return declared;
  if (count === 0) return [firstShots(0)];
  return declared.map((source) => ("count" in source ? { ...source, count } : firstShots(count)));
}

const firstShots = (count: number): ShotSource => (count === 0 ? { kind: "none" } : { kind: "first", count });

/** Fills the templates of a definition. */
class ProtocolText {
  private readonly definition: ProtocolDefinition;
  private readonly templates: Record<Exclude<keyof typeof templateSlots, "find">, Template>;

  constructor(definition: ProtocolDefinition) {
    this.definition = definition;
    this.templates = {
      instruction: Template.parse(definition.instruction, templateSlots.instruction),
      context: Template.parse(definition.context, templateSlots.context),
      question: Template.parse(definition.question, templateSlots.question),
      option: Template.parse(definition.option, templateSlots.option),
      answer: Template.parse(definition.answer, templateSlots.answer),
    };
  }

  get showsOptions(): boolean {
    return this.templates.question.has("options");
  }

  get scoresText(): boolean {
    return this.templates.answer.has("text");
  }

  labels(item: Item): string[] {
    const { labels, name } = this.definition;
    const count = item.options.length;
    if (labels === "dataset") return item.options.map(({ label }) => label);
    if (labels === "numbers") return item.options.map((_, index) => String(index + 1));
    if (labels === "letters") return optionLetters(count);
    if (labels === "lowercase") return optionLetters(count).map((letter) => letter.toLowerCase());
    if (labels.length >= count) return labels.slice(0, count);
    throw new ConfigurationError(`The protocol ${name} has ${labels.length} labels, and ${item.id} ${count} options.`, {
      hint: "Add labels to the protocol.",
      place: { field: "labels" },
    });
  }

  /** What is scored for each option, or names it. */
  answers(item: Item, template = this.templates.answer): string[] {
    const labels = this.labels(item);
    return item.options.map(({ text }, index) => template.fill({ label: labels[index]!, text }));
  }

  question(item: Item): string {
    const { stripQuestion, optionSeparator, paragraphSeparator } = this.definition;
    const { question, context } = this.templates;
    return question.fill({
      question: stripQuestion ? pythonStrip(item.question) : item.question,
      options: this.answers(item, this.templates.option).join(optionSeparator),
      context: item.context.length > 0 ? context.fill({ paragraphs: item.context.join(paragraphSeparator) }) : "",
      subject: item.subject ?? "",
    });
  }

  prompt(item: Item, shots: readonly Item[]): string {
    const { delimiter, exampleSeparator } = this.definition;
    const instruction = this.templates.instruction.fill({ subject: item.subject ?? "", benchmark: item.benchmark });
    const examples = shots.map(
      (shot) => this.question(shot) + delimiter + this.answers(shot)[shot.answers[0]!]! + exampleSeparator,
    );
    return instruction + examples.join("") + this.question(item);
  }
}

function requestFor(
  { scoring, delimiter }: ProtocolDefinition,
  text: ProtocolText,
  item: Item,
  shots: readonly Item[],
): ProtocolRequest {
  const context = text.prompt(item, shots);
  switch (scoring.kind) {
    case "continuations":
      return { scoring: "continuations", context, delimiter, continuations: text.answers(item), unconditional: false };
    case "nextToken":
      return { scoring: "nextToken", context, labels: text.answers(item), delimiter };
    case "generation": {
      const { temperature, topK, topP, frequencyPenalty, seed, maxTokens, stop } = scoring;
      const sampling = { temperature, topK, topP, frequencyPenalty, seed };
      return { scoring: "generation", context, maxTokens, sampling, stop };
    }
  }
}

function judge({ scoring }: ProtocolDefinition, text: ProtocolText, item: Item, answer: ModelAnswer): Judgement {
  switch (scoring.kind) {
    case "continuations":
      return judgeContinuations(item, answer);
    case "nextToken":
      return judgeNextToken(item, answer, text.answers(item));
    case "generation": {
      const prediction = findOption(answerOf(answer, "generation").text, forms(scoring, text, item), scoring);
      return {
        prediction,
        valid: prediction !== null,
        correct: prediction !== null && item.answers.includes(prediction),
        metrics: {},
      };
    }
  }
}

/** What names each option in a generated text. */
function forms({ find }: GenerationScoring, text: ProtocolText, item: Item): string[] {
  return text.answers(item, Template.parse(find, templateSlots.find));
}

/** Whether a text that says nothing but the right answer would be taken for it. */
function canBeFound(scoring: GenerationScoring, text: ProtocolText, item: Item): boolean {
  const { after = "", stop } = scoring;
  const all = forms(scoring, text, item);
  return item.answers.some((index) => {
    const isCutOff = stop.some((end) => all[index]!.includes(end));
    return !isCutOff && findOption(`${after} ${all[index]!}`, all, scoring) === index;
  });
}
