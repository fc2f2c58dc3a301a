import { z } from "zod";
import { findIdentifiers } from "../../src/core/privacy/findIdentifiers.ts";
import { privacyCategories, type Finding, type PrivacyCategory } from "../../src/core/privacy/finding.ts";
import { parseJsonLine } from "../../src/core/runs/jsonLines.ts";
import { wilsonInterval } from "../../src/core/statistics/proportion.ts";
import type { Interval } from "../../src/core/statistics/interval.ts";

/**
 * A sentence in which what identifies is marked: `Seen by Dr. [[name:Okonkwo]] on [[date:3/4/21]].` Titles, labels
 * ("MRN", "tel.") and prepositions stand outside the marks. A sentence without marks is clean.
 */
const sentenceSchema = z.strictObject({
  id: z.string().min(1),
  language: z.enum(["en", "fr", "ar"]),
  marked: z.string().min(1),
});

export interface Sentence {
  readonly id: string;
  readonly language: "en" | "fr" | "ar";
  readonly text: string;
  readonly marks: readonly Finding[];
}

/** @throws RunError where a line is not such a sentence; Error where a mark names no category */
export function parseSentences(lines: string, file: string): Sentence[] {
  const rows = lines.split("\n").filter((row) => row !== "");
  return rows.map((row, index) => {
    const { id, language, marked } = parseJsonLine(row, sentenceSchema, file, index + 1);
    let text = "";
    let end = 0;
    const marks: Finding[] = [];
    for (const { 0: whole, 1: category, 2: marking, index: place } of marked.matchAll(/\[\[(\w+):(.+?)\]\]/gsu)) {
      if (!Object.hasOwn(privacyCategories, category!)) throw new Error(`${file}, ${id}: no category ${category}`);
      text += marked.slice(end, place);
      const start = text.length;
      text += marking!;
      marks.push({ start, end: text.length, category: category as PrivacyCategory, text: marking! });
      end = place + whole.length;
    }
    return { id, language, text: text + marked.slice(end), marks };
  });
}

export interface Rate {
  readonly found: number;
  readonly of: number;
  /** 95 %, Wilson; undefined of nothing. */
  readonly interval: Interval | undefined;
}

export interface Measure {
  readonly recall: Rate;
  readonly precision: Rate;
}

export interface PrivacyMeasure {
  readonly overall: Measure;
  readonly categories: ReadonlyMap<PrivacyCategory, Measure>;
  readonly languages: ReadonlyMap<Sentence["language"], Measure>;
  readonly clean: number;
  readonly cleanFlagged: readonly string[];
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
}

/**
 * How well the rules find what is marked. A mark is found when findings cover all its letters and digits, whatever
 * their category: only then does redacting take it away. A finding is right when it overlaps a mark. Recall is counted
 * under the category of the mark, precision under that of the finding.
 */
export function measurePrivacy(sentences: readonly Sentence[]): PrivacyMeasure {
  const judged = sentences.map((sentence) => judge(sentence));
  const marks = judged.flatMap((one) => one.marks);
  const findings = judged.flatMap((one) => one.findings);
  const measure = (isOf: (one: Judged) => boolean): Measure => ({
    recall: rate(marks.filter(isOf)),
    precision: rate(findings.filter(isOf)),
  });
  const used = Object.keys(privacyCategories) as PrivacyCategory[];
  const clean = sentences.filter(({ marks: { length } }) => length === 0);
  return {
    overall: measure(() => true),
    categories: new Map(used.map((category) => [category, measure((one) => one.category === category)])),
    languages: new Map(
      (["en", "fr", "ar"] as const).map((language) => [language, measure((one) => one.language === language)]),
    ),
    clean: clean.length,
    cleanFlagged: clean.filter(({ text }) => findIdentifiers(text).length > 0).map(({ id }) => id),
    missed: marks.filter(({ right }) => !right).map(describe),
    wrong: findings.filter(({ right }) => !right).map(describe),
  };
}

interface Judged {
  readonly id: string;
  readonly language: Sentence["language"];
  readonly category: PrivacyCategory;
  readonly text: string;
  readonly right: boolean;
}

function judge({ id, language, text, marks }: Sentence): { marks: Judged[]; findings: Judged[] } {
  const findings = findIdentifiers(text);
  const covered = (place: number): boolean => findings.some(({ start, end }) => place >= start && place < end);
  const isCovered = ({ start, text: marking }: Finding): boolean =>
    [...marking.matchAll(/[\p{L}\p{N}]/gu)].every(({ index }) => covered(start + index));
  const overlaps = (one: Finding): boolean => marks.some(({ start, end }) => one.start < end && start < one.end);
  return {
    marks: marks.map((mark) => ({ id, language, category: mark.category, text: mark.text, right: isCovered(mark) })),
    findings: findings.map((one) => ({ id, language, category: one.category, text: one.text, right: overlaps(one) })),
  };
}

function describe({ id, category, text }: Judged): string {
  return `${id} ${category}: ${text}`;
}

function rate(judged: readonly Judged[]): Rate {
  const found = judged.filter(({ right }) => right).length;
  const of = judged.length;
  return { found, of, interval: of === 0 ? undefined : wilsonInterval(found, of) };
}
