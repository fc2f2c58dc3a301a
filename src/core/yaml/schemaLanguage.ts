import type { z } from "zod";
import { describeError, MedleyError } from "../errors.ts";
import { append } from "../lists.ts";
import { Markdown } from "../markdown.ts";
import type { KeyPath } from "../schemaProblems.ts";
import { completeYaml } from "./completeYaml.ts";
import type { Completion } from "./completion.ts";
import type { ConfigurationLanguage, DocumentHead, Pause, YamlHover } from "./configurationLanguage.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Fix } from "./fix.ts";
import { partAt, type OutlineNode } from "./outline.ts";
import { literalOf } from "./pyYamlHint.ts";
import { inOrder, readDocument, readOnly, type YamlProblem } from "./readYaml.ts";
import { describeAt, SchemaCompletion } from "./schemaCompletion.ts";
import { jsonSchemaOf } from "./schemaKeys.ts";
import { symbolsOf, type YamlSymbol } from "./symbols.ts";
import { touches, type TextRange } from "./textRange.ts";
import type { Finding, PlacedFinding, ValueRule } from "./valueRule.ts";
import type { YamlSource } from "./yamlSource.ts";
import { pointer, rangeAt, type YamlDocument, type YamlVersion } from "./yamlStream.ts";

/** What a language is made of. */
export interface LanguageDefinition<Context> {
  readonly id: string;
  recognises(document: DocumentHead): boolean;
  /** Of each document. */
  readonly schema: z.ZodType;
  readonly rules: readonly ValueRule<Context>[];
  /**
   * What is wrong beyond single values, such as two keys that contradict each other.
   * @param root a document as plain data, perhaps half written: every key may be absent or of any type
   */
  check?(root: unknown, context: Context): Promise<readonly PlacedFinding[]>;
  /** By which rules its texts are read; those of YAML 1.2 without it. */
  readonly yaml?: YamlVersion;
  /** Whether a text may hold several documents. */
  readonly severalDocuments?: boolean;
}

/** A problem of the syntax or the schema, or a finding of a rule. */
export type SchemaDiagnostic = Diagnostic & Pick<YamlProblem, "path" | "suggestions"> & Pick<Finding, "action">;

/** A language whose schema alone gives completion, hover, diagnostics and fixes; its rules say what a schema cannot. */
export class SchemaLanguage<Context> implements ConfigurationLanguage<Context, SchemaDiagnostic> {
  readonly id: string;
  readonly schema: z.ZodType;

  constructor(private readonly made: LanguageDefinition<Context>) {
    this.id = made.id;
    this.schema = made.schema;
  }

  recognises(document: DocumentHead): boolean {
    return this.made.recognises(document);
  }

  /** The rule for the value at a path, if there is one. */
  ruleAt(path: KeyPath): ValueRule<Context> | undefined {
    const keys = path.filter((part) => typeof part === "string");
    const { rules } = this.made;
    return rules.find(
      (rule) => rule.keys.length === keys.length && rule.keys.every((key, index) => key === keys[index]),
    );
  }

  async complete({ text }: YamlSource, offset: number, context: Context): Promise<readonly Completion[]> {
    const source = new SchemaCompletion(jsonSchemaOf(this.schema), async (place) =>
      this.ruleAt(place.path)?.complete?.(context, place),
    );
    return await completeYaml(text, offset, source);
  }

  async hover({ text, outline }: YamlSource, offset: number, context: Context): Promise<YamlHover | undefined> {
    const root = outline.find(({ range }) => touches(range, offset))?.root;
    const found = root && partAt(root, offset);
    if (root === undefined || found === undefined) return undefined;
    const { node, isKey, range } = found;
    const own = isKey ? undefined : await this.describeValue(text, root, node, offset, context);
    const about = own ?? describeAt(jsonSchemaOf(this.schema), node.path, root);
    return about && { markdown: about, range };
  }

  /** What cannot be read is what there is to say about it. */
  private async describeValue(
    text: string,
    root: OutlineNode,
    { path, value = "", valueRange }: OutlineNode,
    offset: number,
    context: Context,
  ): Promise<Markdown | undefined> {
    try {
      const { start, end } = valueRange!;
      const around = { root, written: text.slice(start, end), offset: offset - start };
      return await this.ruleAt(path)?.describe?.(value, context, around);
    } catch (error) {
      if (error instanceof MedleyError) return Markdown.text(describeError(error));
      throw error;
    }
  }

  /**
   * Everything that is wrong with a text, in its order: the syntax, then what the schema forbids and what the rules find. A
   * document with broken syntax is not looked at further. Throws what the rules throw.
   */
  async diagnose(source: YamlSource, context: Context): Promise<SchemaDiagnostic[]>;
  async diagnose(source: YamlSource, context: Context, pause?: Pause): Promise<SchemaDiagnostic[] | undefined>;
  async diagnose(source: YamlSource, context: Context, pause?: Pause): Promise<SchemaDiagnostic[] | undefined> {
    const { yaml = "1.2", severalDocuments = false } = this.made;
    if (source.text.trim() === "") return [];
    const stream = source.read(yaml);
    const [first, ...others] = stream.documents;
    if (!severalDocuments) {
      const { problems } = readOnly(stream, this.schema);
      return inOrder([...this.problemsOf(problems), ...(await this.look(source.text, first!, context))]);
    }
    const found: SchemaDiagnostic[] = [];
    for (const document of [first!, ...others]) {
      // `---` at the end of a text begins another document, in which nothing stands.
      if (document.value === null && document.problems.length === 0 && others.length > 0) continue;
      const { problems } = readDocument(document, this.schema);
      append(found, inOrder([...this.problemsOf(problems), ...(await this.look(source.text, document, context))]));
      if ((await pause?.()) === false) return undefined;
    }
    return found;
  }

  private problemsOf(problems: readonly YamlProblem[]): SchemaDiagnostic[] {
    return problems.map(({ kind, ...problem }) => ({ ...problem, code: `${this.id}.${kind}`, severity: "error" }));
  }

  /** What a document says besides what its schema forbids. */
  private async look(text: string, document: YamlDocument, context: Context): Promise<SchemaDiagnostic[]> {
    const found: SchemaDiagnostic[] = [];
    const add = (finding: Finding, path: KeyPath, range: TextRange) => {
      const { within, ...rest } = finding;
      const exact = within && { start: range.start + within.start, end: range.start + within.end };
      found.push({ ...rest, code: `${this.id}.${finding.code}`, path, range: exact ?? range });
    };
    for (const finding of readings(document)) add(finding, [], finding.range);
    if (document.problems.some(({ kind }) => kind !== "duplicateKey")) return found;
    const root = document.value;
    for (const { path, value, range } of document.scalars) {
      const at = { path, written: text.slice(range.start, range.end) };
      for (const finding of (await this.ruleAt(path)?.check?.(value, root, context, at)) ?? [])
        add(finding, path, range);
    }
    for (const finding of (await this.made.check?.(root, context)) ?? []) {
      add(finding, finding.path, rangeAt(document, pointer(finding.path), finding.part ?? "value"));
    }
    return found;
  }

  fixes(_source: YamlSource, { suggestions = [], action, range }: SchemaDiagnostic): Promise<readonly Fix[]> {
    const commands: Fix[] =
      action === undefined ? [] : [{ kind: "command", subject: action.title, edits: [], command: action }];
    const replacements = suggestions.map((text): Fix => ({ kind: "replace", subject: text, edits: [{ range, text }] }));
    return Promise.resolve([...commands, ...replacements]);
  }

  symbols({ outline }: YamlSource): readonly YamlSymbol[] {
    return symbolsOf(outline);
  }
}

/** What YAML 1.1 reads in a way that may surprise: repeated keys, and numbers that others read as other numbers. */
function readings({ problems, disagreements, ranges }: YamlDocument): (Finding & { readonly range: TextRange })[] {
  const repeated = problems.filter(({ kind }) => kind === "duplicateKey");
  const other = disagreements.filter(
    ({ yaml11, yaml12 }) => typeof yaml11 === "number" && typeof yaml12 === "number" && !Object.is(yaml11, yaml12),
  );
  return [
    ...repeated.map(({ message, range }) => ({ code: "duplicateKey", severity: "warning" as const, message, range })),
    ...other.map(({ path, text, yaml11, yaml12 }) => ({
      code: "yamlVersion",
      severity: "warning" as const,
      message: `PyYAML reads ${text} as ${String(yaml11)}, others as ${String(yaml12)}.`,
      hint: "Write it in another way.",
      suggestions: [literalOf(yaml11) ?? text],
      range: ranges.get(path)!.value,
    })),
  ];
}
