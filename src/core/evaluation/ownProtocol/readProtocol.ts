import { inOrder, problemsError, readOnly, type YamlProblem, type YamlReading } from "../../yaml/readYaml.ts";
import type { KeyPath } from "../../schemaProblems.ts";
import type { TextRange } from "../../yaml/textRange.ts";
import { pointer, rangeAt, readYamlStream, type YamlDocument, type YamlStream } from "../../yaml/yamlStream.ts";
import type { Protocol } from "../protocol.ts";
import { ownProtocol } from "./ownProtocol.ts";
import { protocolDefinitionSchema, templateSlots, type ProtocolDefinition } from "./protocolDefinition.ts";
import { Template } from "./template.ts";

/**
 * Reads the declaration of a protocol. Never throws for what is in the text: everything wrong, down to a slot in a
 * template, is among the problems with its place, in the order of the text.
 */
export function readProtocol(text: string): YamlReading<ProtocolDefinition> {
  return readDefinition(text, readYamlStream(text, "1.2"));
}

function readDefinition(text: string, stream: YamlStream): YamlReading<ProtocolDefinition> {
  const reading = readOnly(stream, protocolDefinitionSchema);
  if (reading.value === undefined) return { problems: reading.problems.map(withQuotingHint) };
  const definition = reading.value;
  const [document] = stream.documents;
  const misspelt = slotProblems(text, document!, definition);
  const problems = misspelt.length > 0 ? misspelt : contradictions(document!, definition);
  return problems.length === 0 ? reading : { problems: inOrder(problems) };
}

/**
 * The protocol that a file declares.
 * @param file named in the error
 * @throws ConfigurationError at the place of the first problem; its message names the others too
 */
export function parseProtocol(text: string, file?: string): Protocol<Record<string, never>> {
  const stream = readYamlStream(text, "1.2");
  const reading = readDefinition(text, stream);
  if (reading.value === undefined) throw problemsError(reading.problems, stream, { file });
  return ownProtocol(reading.value);
}

/** `answer: {label}` without quotes is a YAML mapping. */
function withQuotingHint(problem: YamlProblem): YamlProblem {
  const isTemplate = (problem.path.at(-1) ?? "") in templateSlots;
  if (!isTemplate || !problem.message.includes("found a mapping")) return problem;
  return { ...problem, hint: "Put the template in quotes: in YAML a brace at the beginning starts a mapping." };
}

function templatesOf(definition: ProtocolDefinition): [path: KeyPath, text: string, slots: readonly string[]][] {
  const { scoring } = definition;
  return [
    [["instruction"], definition.instruction, templateSlots.instruction],
    [["context"], definition.context, templateSlots.context],
    [["question"], definition.question, templateSlots.question],
    [["option"], definition.option, templateSlots.option],
    [["answer"], definition.answer, templateSlots.answer],
    ...(scoring.kind === "generation"
      ? [[["scoring", "find"], scoring.find, templateSlots.find] as [KeyPath, string, readonly string[]]]
      : []),
  ];
}

function slotProblems(source: string, document: YamlDocument, definition: ProtocolDefinition): YamlProblem[] {
  return templatesOf(definition).flatMap(([path, text, slots]) =>
    Template.parse(text, slots).problems.map(({ brace, length, ...problem }) => {
      const start = braceOffset(source, rangeAt(document, pointer(path), "value"), text, brace);
      return { kind: "value", ...problem, path, range: { start, end: start + length } };
    }),
  );
}

/** Where in the source the template's brace stands; the template's beginning where YAML escapes hide it. */
function braceOffset(source: string, { start, end }: TextRange, text: string, brace: number): number {
  const inSource = [...source.slice(start, end).matchAll(/[{}]/g)];
  const isVerbatim = inSource.length === [...text.matchAll(/[{}]/g)].length;
  return isVerbatim ? start + inSource[brace]!.index : start;
}

function contradictions(document: YamlDocument, definition: ProtocolDefinition): YamlProblem[] {
  const { question, option, labels, answer, delimiter, scoring, metric } = definition;
  const problems: YamlProblem[] = [];
  const report = (key: string, message: string, hint: string) => {
    problems.push({ kind: "value", path: [key], message, hint, range: rangeAt(document, pointer([key]), "value") });
  };
  const has = (text: string, slot: string) => text.includes(`{${slot}}`);
  if (!has(question, "question")) {
    report("question", "The template does not show the question.", "Put {question} in it.");
  }
  if (has(question, "options") && !has(option, "text")) {
    report("option", "The template does not show the option's text.", "Put {text} in it.");
  }
  if (!has(answer, "label") && !has(answer, "text")) {
    report("answer", "The answer is the same for every option.", "Put {label} or {text} in it.");
  }
  if (!has(question, "options") && !has(answer, "text")) {
    report("question", "The answer is a label, but the options are not shown.", "Put {options} in it.");
  }
  if (scoring.kind === "generation" && !has(scoring.find, "label") && !has(scoring.find, "text")) {
    report("scoring", "`find` is the same for every option.", "Put {label} or {text} in it.");
  }
  if (scoring.kind === "nextToken" && !/^ ?$/.test(delimiter)) {
    report(
      "delimiter",
      "Scoring by nextToken looks at one token, and that would be the delimiter.",
      'Let the question end with it, and write delimiter: "".',
    );
  }
  if (Array.isArray(labels) && new Set(labels).size < labels.length) {
    report("labels", "Two labels are the same, so that an answer could mean either option.", "Give each its own.");
  }
  if (!metricsOf[scoring.kind].includes(metric)) {
    report(
      "metric",
      `Scoring by ${scoring.kind} does not give ${metric}.`,
      `Use one of ${metricsOf[scoring.kind].join(", ")}.`,
    );
  }
  return problems;
}

const metricsOf: Record<ProtocolDefinition["scoring"]["kind"], readonly string[]> = {
  continuations: ["accuracy", "acc_norm", "acc_bytes", "acc_unconstrained"],
  nextToken: ["accuracy", "acc_constrained"],
  generation: ["accuracy"],
};
