import type { KeyPath } from "../../schemaProblems.ts";
import { Markdown, markdown } from "../../markdown.ts";
import { normalizeMerge, type Merge } from "../config/merge.ts";
import { mergeConfigurationSchema } from "../config/schema.ts";
import { filterMatches } from "../config/settings.ts";
import type { YamlHover } from "../../yaml/configurationLanguage.ts";
import type { YamlSource } from "../../yaml/yamlSource.ts";
import type { MergeMethod, ParameterSpec } from "../methods/method.ts";
import { dtypeNotes } from "./completeValues.ts";
import { describeModel } from "./describeModel.ts";
import type { LanguageContext } from "./languageContext.ts";
import { dialectOf, methodOf, nameNode, referencesOf, schemaOf, slotAt, tryParse, type Slot } from "./mergeDocument.ts";
import { describeMethod, originOf, parameterFacts } from "./methodGuide.ts";
import { nodeAt, partAt, type OutlineNode } from "../../yaml/outline.ts";
import { resultingValues, valuesText, type ResultingValue } from "./resultingValues.ts";
import { describeKey } from "../../yaml/schemaKeys.ts";

/** What there is to say of the key or value at a place. Never throws for what is in the text. */
export async function hoverMerge(
  source: YamlSource,
  offset: number,
  context: LanguageContext,
): Promise<YamlHover | undefined> {
  const documents = source.outline;
  const index = documents.findIndex(({ range }) => range.start <= offset && offset <= range.end);
  const root = documents[index]?.root;
  const found = root === undefined ? undefined : partAt(root, offset);
  if (root === undefined || found === undefined) return undefined;
  const others = documents.map((document) => document.root).filter((other) => other !== root);
  const about = await new Description(source, root, others, context, offset).of(found.node, found.isKey);
  return about === undefined || about.source === "" ? undefined : { markdown: about, range: found.range };
}

class Description {
  constructor(
    private readonly yaml: YamlSource,
    private readonly root: OutlineNode,
    private readonly others: readonly OutlineNode[],
    private readonly context: LanguageContext,
    private readonly offset: number,
  ) {}

  async of(node: OutlineNode, isKey: boolean): Promise<Markdown | undefined> {
    const slot = slotAt(node.path);
    const value = node.value ?? "";
    if (slot.kind === "setting" || slot.kind === "condition" || slot.kind === "conditionValue") {
      return isKey && slot.kind === "conditionValue" ? this.key(node.path) : await this.parameter(slot, node.path);
    }
    if (slot.kind === "method") {
      const method = this.context.methods.get(value);
      return method === undefined ? this.key(node.path) : describeMethod(method);
    }
    if (isKey) return this.key(node.path);
    if (slot.kind === "layer") return await this.layerRange(node.parent!);
    if (slot.kind === "filter") return await this.filter(value);
    const note = slot.kind === "dtype" ? dtypeNotes[value] : undefined;
    if (note !== undefined) return markdown`**${value}**: ${Markdown.own(note)}`;
    const isModel = ["model", "tokenizerSource", "tokenSource"].includes(slot.kind);
    return isModel && value !== "union" && value !== "base" ? await this.model(value) : this.key(node.path);
  }

  private key(path: KeyPath): Markdown | undefined {
    const slot = slotAt(path);
    const schemaPath = "parameter" in slot ? ["parameters", "x", 0, path.at(-1)!] : path;
    const description = describeKey(schemaOf(dialectOf(this.root)), schemaPath);
    return description === undefined ? undefined : markdown`**${path.at(-1)!}**\n\n${Markdown.own(description)}`;
  }

  private async model(text: string): Promise<Markdown | undefined> {
    if (this.others.some((root) => nameNode(root)?.value === text)) {
      return markdown`**${text}**\n\nThe result of another merge of this file.`;
    }
    const reference = tryParse(text);
    if (reference === undefined) return undefined;
    return describeModel(reference, (await this.context.load?.(reference)) ?? this.context.facts(reference));
  }

  private async layerRange(range: OutlineNode): Promise<Markdown | undefined> {
    const [start, end] = range.children.map(({ value }) => Number(value));
    if (!Number.isInteger(start) || !Number.isInteger(end)) return this.key(range.path);
    const count = Math.max(0, end! - start!);
    const which = count === 0 ? "No layer" : count === 1 ? `Layer ${start}` : `Layers ${start} to ${end! - 1}`;
    return markdown`${which}: ${count} ${count === 1 ? "layer" : "layers"}. The end, ${end!}, is not included; layers count from 0.`;
  }

  private async filter(filter: string): Promise<Markdown> {
    const names = new Set<string>();
    for (const reference of referencesOf(this.root)) {
      const result = (await this.context.load?.(reference)) ?? this.context.facts(reference);
      if (result.state === "known") for (const name of result.facts.tensors.keys()) names.add(name);
    }
    const matching = [...names].filter((name) => filterMatches(filter, name));
    const rule = Markdown.own("A filter is a plain part of a tensor's name; `*` alone covers every tensor.");
    if (names.size === 0) return rule;
    const examples = Markdown.list(matching.slice(0, 3).map(Markdown.code));
    return Markdown.paragraphs([markdown`${matching.length} of ${names.size} tensors match.`, examples, rule]);
  }

  private async parameter(slot: Extract<Slot, { parameter: string }>, path: KeyPath): Promise<Markdown | undefined> {
    const method = methodOf(this.root, this.context.methods);
    const name = slot.parameter;
    const spec = method?.parameters.find((candidate) => candidate.name === name);
    if (method === undefined || spec === undefined) return this.unknownParameter(name, method);
    const title = markdown`**${name}** of ${Markdown.code(method.name)}: ${Markdown.own(spec.documentation)}`;
    const ignored = markdown`${spec.ignored === true ? "This method does not use it." : parameterFacts(spec)}`;
    const values = await this.values(method, spec, path);
    const precedence = markdown`
The most specific place wins: model entry, slice, module, top level, default.
    `;
    return Markdown.paragraphs([title, ignored, values, values && precedence, ...originOf(method)]);
  }

  private unknownParameter(name: string, method: MergeMethod | undefined): Markdown | undefined {
    const owners = [...this.context.methods.values()].filter(({ parameters }) =>
      parameters.some((spec) => spec.name === name && spec.ignored !== true),
    );
    if (owners.length === 0) return undefined;
    const listed = Markdown.join(
      owners.map((owner) => Markdown.code(owner.name)),
      ", ",
    );
    return method === undefined
      ? markdown`A parameter of ${listed}.`
      : markdown`${Markdown.code(method.name)} has no such parameter; ${listed} have it.`;
  }

  /** What the parameter comes to in each layer, for the models and slices that the place is about. */
  private async values(method: MergeMethod, spec: ParameterSpec, path: KeyPath): Promise<Markdown | undefined> {
    const merge = this.merge();
    if (merge === undefined || spec.ignored === true) return undefined;
    await Promise.all(merge.models.map((reference) => this.context.load?.(reference)));
    const slices = path.indexOf("slices");
    const owner = nodeAt(this.root, path.slice(0, path.lastIndexOf("parameters")));
    const model = owner === undefined ? undefined : nodeAt(owner, ["model"])?.value;
    const scope = {
      ...(slices < 0 ? {} : { slice: Number(path[slices + 1]) }),
      ...(model === undefined ? {} : { model }),
    };
    const found = resultingValues(merge, method, spec, this.context.facts, scope);
    return found.length === 0 ? undefined : valueLines(found, spec);
  }

  private merge(): Merge | undefined {
    try {
      const { documents } = this.yaml.read("1.1");
      const yaml = documents.find(({ range }) => range.start <= this.offset && this.offset <= range.end);
      const parsed = mergeConfigurationSchema.safeParse(yaml?.value);
      return parsed.success ? normalizeMerge(parsed.data) : undefined;
    } catch {
      // A reference or definition that cannot be read is a diagnostic, not something to say here.
      return undefined;
    }
  }
}

const mostLines = 12;

function valueLines(found: readonly ResultingValue[], spec: ParameterSpec): Markdown {
  const lines = found.map((entry) => {
    const of = entry.model === undefined ? "" : `${entry.model}, `;
    const layers =
      entry.layers === undefined
        ? "over the layers"
        : entry.layers[1] <= entry.layers[0]
          ? "no layer"
          : `layers ${entry.layers[0]}…${entry.layers[1] - 1}`;
    const tensors = entry.tensors === undefined ? "" : `, ${entry.tensors}`;
    return markdown`${of}${layers}${tensors}: **${shown(entry.values, spec)}**`;
  });
  const more = lines.length > mostLines ? [markdown`… and ${lines.length - mostLines} more`] : [];
  const [first] = found;
  const outside =
    first?.outside === undefined || first.values.every((value) => value === first.outside)
      ? []
      : [markdown`embeddings, final norm and head: **${shown([first.outside], spec)}**`];
  const list = Markdown.list([...lines.slice(0, mostLines), ...more, ...outside]);
  return Markdown.paragraphs([
    markdown`
At these layers of the result:
    `,
    list,
  ]);
}

function shown(values: readonly (number | undefined)[], spec: ParameterSpec): string {
  const text = valuesText(values);
  return spec.type === "boolean" ? text.replaceAll(/\b0\b/g, "false").replaceAll(/\b1\b/g, "true") : text;
}
