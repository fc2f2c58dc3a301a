import type { DiagnosticCode, FullDiagnosticCode } from "../diagnosticCodes.ts";
import type { FactsLookup } from "../../../checkpoint/modelFacts.ts";
import type { MergeMethod } from "../../methods/method.ts";
import { comesOfLoss } from "./soundParts.ts";
import { rangeAt, type YamlDocument } from "../../../yaml/yamlStream.ts";
import type { Diagnostic as YamlDiagnostic, Severity } from "../../../yaml/diagnostic.ts";
import type { TextRange } from "../../../yaml/textRange.ts";

/** What a fix needs to know of a finding besides its place. */
export interface FixData {
  /** The parameter that is missing. */
  readonly parameter?: string;
  /** Rows that the embeddings have and tokens that there are, where the rows would shrink to the tokens. */
  readonly padding?: { readonly rows: number; readonly tokens: number };
}

/** Something to say about a place in a merge configuration. */
export interface Diagnostic extends YamlDiagnostic {
  /** `diagnosticCodes.ts` explains each. */
  readonly code: FullDiagnosticCode;
  /** JSON pointer in its document; empty for the document itself. */
  readonly path: string;
  /** Which range of the node is meant. */
  readonly part: "key" | "value";
  /** Index of the document in the file. */
  readonly document: number;
  /** For a quick fix: text that the part should be instead. */
  readonly replacement?: string;
  /** The replacement is a number, boolean or list, not a text that may need quotes. */
  readonly literal?: boolean;
  readonly data?: FixData;
}

/** What is known besides the text. */
export interface DiagnosticContext {
  readonly facts: FactsLookup;
  readonly methods: ReadonlyMap<string, MergeMethod>;
  /**
   * Who will run the merge. `medley` fuses adapters while reading and can zero tokens; `any`, the default, also reports what
   * only the reference cannot do.
   */
  readonly engine?: "any" | "medley" | "mergekit";
  /** Turn errors that mergekit does not raise into warnings. */
  readonly mergekitCompatible?: boolean;
  readonly randomSeed?: number;
  readonly allowMixedArchitectures?: boolean;
  /**
   * Whether the text is only being written: a model of a hub that is not here may still be downloaded, so its absence is no
   * error yet.
   */
  readonly isDraft?: boolean;
  /** Whether a folder for fused adapters is given, which the reference needs. */
  readonly loraMergeCache?: boolean;
  /** Names of the other merges of the file. */
  readonly mergeNames?: ReadonlySet<string>;
}

export interface Finding {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly part?: "key" | "value";
  /** Where it is not the whole of the part. */
  readonly range?: TextRange;
  /** The reference finishes without an error: compatible mode makes this error a warning. */
  readonly silent?: boolean;
  readonly replacement?: string;
  readonly literal?: boolean;
  readonly data?: FixData;
}

/** Collects the diagnostics of one document. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  /** Parts that the rules do not see, and where the text can no longer be trusted: nothing is said because of them. */
  unseen: { readonly lost: readonly string[]; readonly from: number } | undefined;
  private readonly seen = new Set<string>();

  constructor(
    private readonly yaml: YamlDocument,
    private readonly document: number,
    private readonly context: DiagnosticContext,
  ) {}

  get hasErrors(): boolean {
    return this.diagnostics.some(({ severity }) => severity === "error");
  }

  /** Reports once per code, place and message. */
  report(finding: Finding): void {
    const { code, severity, message, path, part = "value", silent = false, replacement, literal, data } = finding;
    const key = JSON.stringify([code, path, part, message]);
    if (this.seen.has(key)) return;
    const range = finding.range ?? rangeAt(this.yaml, path, part);
    if (this.unseen !== undefined && (range.end > this.unseen.from || comesOfLoss(code, path, this.unseen.lost)))
      return;
    this.seen.add(key);
    const demoted = severity === "error" && silent && this.context.mergekitCompatible === true;
    this.diagnostics.push({
      code: `merge.${code}`,
      severity: demoted ? "warning" : severity,
      message,
      path,
      part,
      document: this.document,
      range,
      ...(replacement === undefined ? {} : { replacement }),
      ...(literal === undefined ? {} : { literal }),
      ...(data === undefined ? {} : { data }),
    });
  }
}

/** The nearest of some words, when it is near enough to be what was meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase().replaceAll(/[-_]/g, ""), candidate.replaceAll("_", ""));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? before[j - 2]! + 1 : Infinity;
      row.push(Math.min(substitution, swap, previous[j]! + 1, row[j - 1]! + 1));
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length]!;
}

/** "Did you mean …?" with a space before it, or nothing. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : ` Did you mean ${JSON.stringify(suggestion)}?`;
}
