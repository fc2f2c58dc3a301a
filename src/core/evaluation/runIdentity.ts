import type { FileRole } from "../benchmarks/benchmark.ts";
import { identityText, type ModelIdentity } from "../models/modelIdentity.ts";
import { canonicalJson } from "../runs/canonicalJson.ts";
import type { EvaluationConfiguration } from "./configuration.ts";
import type { Protocol } from "./protocol.ts";

export interface IdentityFacts {
  readonly configuration: EvaluationConfiguration;
  readonly protocol: Protocol;
  readonly parameters: unknown;
  /** Of the file that declares the protocol, where it is the user's own. */
  readonly protocolSha256?: string;
  readonly model: ModelIdentity;
  /** What the backend adds, by name: the software that computes, and how it does that. */
  readonly computation: Readonly<Record<string, string>>;
  /** In the order of evaluation, each with the files that it depends on. */
  readonly benchmarks: readonly {
    readonly id: string;
    readonly files: readonly { readonly role: FileRole; readonly sha256: string }[];
  }[];
}

/**
 * Everything that can change a number of an evaluation, by a name that a user understands. Rows of two runs may be put
 * together only when all of it is equal. Threads are no part of it: they change the speed.
 */
export function evaluationIdentity(facts: IdentityFacts): Record<string, string> {
  const { configuration, protocol, parameters } = facts;
  const { shots, draws, limit, items, overflow = protocol.overflow, contextSize } = configuration;
  const optional = (name: string, value: unknown) => (value === undefined ? {} : { [name]: canonicalJson(value) });
  return {
    model: identityText(facts.model),
    ...Object.fromEntries(
      facts.benchmarks.map(({ id, files }) => [
        `benchmark ${id}`,
        files.map(({ role, sha256 }) => `${role} ${sha256}`).join(", "),
      ]),
    ),
    "order of benchmarks": facts.benchmarks.map(({ id }) => id).join(", "),
    protocol: `${protocol.id} (version ${protocol.version})`,
    "protocol parameters": canonicalJson(parameters),
    ...optional("protocol file", facts.protocolSha256),
    // How examples are drawn is part of a built-in protocol's version; a user's own has none of ours.
    ...optional("few-shot examples", facts.protocolSha256 && "never the question itself"),
    ...optional("recognised answers", facts.protocolSha256 && "white space and delimiter aside"),
    shots: shots === undefined ? "the protocol's own" : canonicalJson(shots),
    ...optional("draws", draws),
    ...optional("limit", limit),
    ...optional("items", items),
    options: configuration.shuffleOptions ? `shuffled with seed ${configuration.seed}` : "in the order of the file",
    overflow,
    "context size": contextSize === undefined ? "the model's own" : String(contextSize),
    "KV cache": configuration.kvCacheType,
    device: configuration.gpu,
    ...(configuration.language === "en" ? {} : optional("language", configuration.language)),
    ...optional("copBase", configuration.copBase),
    ...facts.computation,
  };
}

const shotRoles: readonly FileRole[] = ["train", "dev"];

/** The hashes of the files that a benchmark's questions come from, without those of few-shot examples. */
export function questionFiles(identity: Readonly<Record<string, string>>, benchmark: string): string {
  const files = (identity[`benchmark ${benchmark}`] ?? "").split(", ");
  return files.filter((file) => !shotRoles.some((role) => file.startsWith(`${role} `))).join(", ");
}

/** What differs between two identities, for a person: `model (sha256 1234abcd → 5678ef90), shots (0 → 3)`. */
export function describeChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  names: readonly string[],
): string {
  const short = (value: string | undefined) => (value ?? "none").replace(/[0-9a-f]{64}/g, (hash) => hash.slice(0, 8));
  return names.map((name) => `${name} (${short(before[name])} → ${short(after[name])})`).join(", ");
}
