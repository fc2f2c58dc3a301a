import { parseModelReference } from "../../../checkpoint/modelReference.ts";
import { pointer, type YamlValue } from "../../../yaml/yamlStream.ts";
import type { Reporter } from "./diagnostic.ts";

/** What the merges of one file say of each other: their names, and where one uses another. */
export class MergeNames {
  private readonly names: readonly unknown[];
  private readonly uses: readonly (readonly { readonly name: string; readonly path: string }[])[];

  constructor(documents: readonly YamlValue[]) {
    this.names = documents.map((value) => (value === null ? null : nameOf(value)));
    const known = this.all;
    this.uses = documents.map((value) => namesUsed(value, "", known));
  }

  get all(): ReadonlySet<string> {
    return new Set(this.names.filter((name) => typeof name === "string"));
  }

  /** Names are distinct, at most one document has none, and no merge uses itself, over any number of steps. */
  check(index: number, reporter: Reporter): void {
    const name = this.names[index];
    const earlier = this.names.slice(0, index).includes(name);
    const error = (code: "name" | "nameCycle", message: string, path: string) =>
      reporter.report({ code, severity: "error", message, path });
    if (earlier && name === undefined) error("name", "Only one document of the file may be without a `name`.", "");
    else if (earlier) error("name", `Duplicate merge name ${String(name)}.`, "/name");
    if (typeof name !== "string" || earlier) return;
    for (const use of this.uses[index]!) {
      const way = this.wayTo(name, use.name, new Set());
      if (way === undefined) continue;
      const circle = [name, ...way].map((step) => `"${step}"`).join(" → ");
      error("nameCycle", `The merges use each other in a circle: ${circle}.`, use.path);
    }
  }

  /** Names from one merge to another, both included, along what they use. */
  private wayTo(target: string, from: string, seen: Set<string>): string[] | undefined {
    if (from === target) return [from];
    if (seen.has(from)) return undefined;
    seen.add(from);
    for (const { name } of this.uses[this.names.indexOf(from)] ?? []) {
      const rest = this.wayTo(target, name, seen);
      if (rest !== undefined) return [from, ...rest];
    }
    return undefined;
  }
}

function nameOf(value: YamlValue): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value.name : undefined;
}

const referenceKeys = new Set(["model", "path", "base_model", "source_model", "source", "tokenizer_source"]);

function namesUsed(value: YamlValue, path: string, known: ReadonlySet<string>): { name: string; path: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const at = path + pointer([key]);
    if (typeof child !== "string") return namesUsed(child, at, known);
    const name = referenceKeys.has(key) ? modelPath(child) : undefined;
    return name !== undefined && known.has(name) ? [{ name, path: at }] : [];
  });
}

function modelPath(text: string): string | undefined {
  try {
    return parseModelReference(text).model.path;
  } catch {
    return undefined;
  }
}
