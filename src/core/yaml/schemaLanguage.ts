import type { z } from "zod";
import { describeError, MedleyError } from "../errors.ts";
import { append } from "../lists.ts";
import { Markdown } from "../markdown.ts";
import type { KeyPath } from "../schemaProblems.ts";
import type { Completion } from "./completion.ts";
import { completeYaml } from "./completeYaml.ts";
import type { ConfigurationLanguage, DocumentHead, YamlHover } from "./configurationLanguage.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Fix } from "./fix.ts";
import { partAt } from "./outline.ts";
import { readYamlText, type YamlProblem } from "./readYaml.ts";
import { describeAt, SchemaCompletion } from "./schemaCompletion.ts";
import { jsonSchemaOf } from "./schemaKeys.ts";
import { touches } from "./textRange.ts";
import type { Finding, ValueRule } from "./valueRule.ts";
import type { YamlSource } from "./yamlSource.ts";
import type { YamlText } from "./yamlText.ts";

/** What a language is made of. */
export interface LanguageDefinition<Context> {
  readonly id: string;
  recognises(document: DocumentHead): boolean;
  readonly schema: z.ZodType;
  readonly rules: readonly ValueRule<Context>[];
}

/** A problem of the syntax or the schema, or a finding of a rule. */
export type SchemaDiagnostic = Diagnostic & Omit<YamlProblem, "kind"> & Pick<Finding, "action">;

/**
 * A language of single documents of YAML 1.2. Its schema alone gives completion, hover, diagnostics and fixes; its rules say
 * what a schema cannot.
 */
export class SchemaLanguage<Context> implements ConfigurationLanguage<Context, SchemaDiagnostic> {
  readonly id: string;
  readonly schema: z.ZodType;
  readonly rules: readonly ValueRule<Context>[];

  constructor(private readonly definition: LanguageDefinition<Context>) {
    this.id = definition.id;
    this.schema = definition.schema;
    this.rules = definition.rules;
  }

  recognises(document: DocumentHead): boolean {
    return this.definition.recognises(document);
  }

  /** The rule for the value at a path, if there is one. */
  ruleAt(path: KeyPath): ValueRule<Context> | undefined {
    const keys = path.filter((part) => typeof part === "string");
    const { rules } = this;
    return rules.find(
      (rule) => rule.keys.length === keys.length && rule.keys.every((key, index) => key === keys[index]),
    );
  }

  async complete({ text }: YamlSource, offset: number, context: Context): Promise<readonly Completion[]> {
    const source = new SchemaCompletion(jsonSchemaOf(this.schema), async (path) =>
      this.ruleAt(path)?.complete?.(context),
    );
    return await completeYaml(text, offset, source);
  }

  async hover({ outline }: YamlSource, offset: number, context: Context): Promise<YamlHover | undefined> {
    const root = outline.find(({ range }) => touches(range, offset))?.root;
    const found = root && partAt(root, offset);
    if (root === undefined || found === undefined) return undefined;
    const { node, isKey, range } = found;
    const own = isKey ? undefined : await this.describeValue(node.path, node.value ?? "", context);
    const about = own ?? describeAt(jsonSchemaOf(this.schema), node.path, root);
    return about && { markdown: about, range };
  }

  /** What cannot be read is what there is to say about it. */
  private async describeValue(path: KeyPath, value: string, context: Context): Promise<Markdown | undefined> {
    try {
      return await this.ruleAt(path)?.describe?.(value, context);
    } catch (error) {
      if (error instanceof MedleyError) return Markdown.text(describeError(error));
      throw error;
    }
  }

  /**
   * Everything that is wrong with a document, in the order of the text: its syntax, then what the schema forbids and what
   * the rules find. A document with broken syntax is not looked at further. Throws what the rules throw.
   */
  async diagnose({ text, yaml }: YamlSource, context: Context): Promise<SchemaDiagnostic[]> {
    if (text.trim() === "") return [];
    const found = readYamlText(yaml, this.schema).problems.map((problem) => this.diagnosticOf(problem));
    const root = yaml.faults.length > 0 ? undefined : plainValue(yaml);
    if (root === undefined) return found;
    for (const { path, value, range } of yaml.scalars()) {
      const findings = (await this.ruleAt(path)?.check?.(value, root, context)) ?? [];
      const [start, end] = [yaml.position(range[0]), yaml.position(range[1])];
      append(
        found,
        findings.map((finding) => ({
          ...finding,
          code: `${this.id}.${finding.code}`,
          path,
          start,
          end,
          range: { start: start.offset, end: end.offset },
        })),
      );
    }
    return found.sort((a, b) => a.start.offset - b.start.offset);
  }

  private diagnosticOf({ kind, ...problem }: YamlProblem): SchemaDiagnostic {
    const range = { start: problem.start.offset, end: problem.end.offset };
    return { ...problem, code: `${this.id}.${kind}`, severity: "error", range };
  }

  fixes(_source: YamlSource, { suggestions = [], action, range }: SchemaDiagnostic): Promise<readonly Fix[]> {
    const commands: Fix[] =
      action === undefined ? [] : [{ kind: "command", subject: action.title, edits: [], command: action }];
    const replacements = suggestions.map((text): Fix => ({ kind: "replace", subject: text, edits: [{ range, text }] }));
    return Promise.resolve([...commands, ...replacements]);
  }
}

/** Undefined where aliases expand to too much, which is among the problems already. */
function plainValue(yaml: YamlText): unknown {
  try {
    return yaml.value();
  } catch {
    return undefined;
  }
}
