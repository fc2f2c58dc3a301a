import { nearest } from "../../suggest.ts";

/** Literal text, or a slot that an item fills. */
type Part = { readonly text: string } | { readonly slot: string };

/** Something wrong in a template. */
export interface TemplateProblem {
  readonly message: string;
  readonly hint?: string;
  readonly suggestions?: readonly string[];
  /** How many braces come before the one at fault, so that it can be found in the source text too. */
  readonly brace: number;
  /** Characters at fault, from that brace on. */
  readonly length: number;
}

/** A text with slots in braces: `{question}`. A brace that is meant as such is doubled. */
export class Template {
  private constructor(
    private readonly parts: readonly Part[],
    readonly problems: readonly TemplateProblem[],
  ) {}

  /** Never throws: what is wrong is among the problems, and stays in the text as it is. */
  static parse(text: string, slots: readonly string[]): Template {
    const parts: Part[] = [];
    const problems: TemplateProblem[] = [];
    let braces = 0;
    let at = 0;
    for (const { 0: found, index } of text.matchAll(/\{\{|\}\}|\{[^{}\n]*\}|[{}]/g)) {
      parts.push({ text: text.slice(at, index) });
      at = index + found.length;
      const part = readPart(found, slots);
      if ("message" in part) problems.push({ ...part, brace: braces, length: found.length });
      else parts.push(part);
      braces += found.replaceAll(/[^{}]/g, "").length;
    }
    parts.push({ text: text.slice(at) });
    return new Template(parts, problems);
  }

  has(slot: string): boolean {
    return this.parts.some((part) => "slot" in part && part.slot === slot);
  }

  /** Values are put in as they are; braces in them mean nothing. */
  fill(values: Readonly<Record<string, string>>): string {
    return this.parts.map((part) => ("slot" in part ? values[part.slot]! : part.text)).join("");
  }
}

function readPart(found: string, slots: readonly string[]): Part | Omit<TemplateProblem, "brace" | "length"> {
  if (found === "{{" || found === "}}") return { text: found.charAt(0) };
  if (found === "{") return { message: "This brace is not closed.", hint: "Write {{ for a brace in the text." };
  if (found === "}") return { message: "This brace closes nothing.", hint: "Write }} for a brace in the text." };
  const slot = found.slice(1, -1);
  if (slots.includes(slot)) return { slot };
  const suggestions = nearest(slot, slots);
  return {
    message: `There is no slot ${found} here.`,
    hint:
      suggestions.length > 0
        ? `Did you mean ${suggestions.map((name) => `{${name}}`).join(", ")}?`
        : `Slots: ${slots.map((name) => `{${name}}`).join(", ")}. Write {{ and }} for braces in the text.`,
    suggestions: suggestions.map((name) => `{${name}}`),
  };
}
