import { ConfigurationError } from "../errors.ts";

/** References by their scheme. */
export interface ModelRefs {
  readonly file: { readonly scheme: "file"; readonly path: string };
  /** A model that Ollama has on this machine; names contain tags after a colon. */
  readonly ollama: { readonly scheme: "ollama"; readonly name: string };
  /** A model of a server that speaks OpenAI's protocol, by the URL below which its routes are. */
  readonly openai: { readonly scheme: "openai"; readonly name: string; readonly server: string };
}
export type RefScheme = keyof ModelRefs;

/**
 * Which model is meant, whatever runs it: what a configuration, a command or a run names it by. (A merge names
 * checkpoints in mergekit's own form, see `checkpoint/modelReference.ts`.)
 */
export type ModelRef = ModelRefs[RefScheme];

/** How a model is written, by scheme. */
export const refForms: Readonly<Record<RefScheme, string>> = {
  file: "the path of a file",
  ollama: "ollama:NAME",
  openai: "openai:NAME@SERVER",
};

/** Two letters at least: one is a drive of Windows. A folder before the colon makes it a path. */
const scheme = /^([a-z][a-z0-9]+):(.*)$/is;

/**
 * Reads a reference: `models/base.gguf`, `C:\models\base.gguf`, `ollama:meditron:7b`,
 * `openai:qwen3@127.0.0.1:8000/v1`. Paths are taken as they are written.
 * @throws ConfigurationError when the scheme is none, or what follows it is incomplete
 */
export function parseModelRef(text: string): ModelRef {
  const [, prefix, rest] = scheme.exec(text) ?? [];
  if (prefix === undefined) {
    if (text.trim() === "") throw refError("The model has no name.", `Write ${listForms()}.`);
    return { scheme: "file", path: text };
  }
  switch (prefix.toLowerCase()) {
    case "ollama":
      return { scheme: "ollama", name: requireName(text, rest!, "ollama") };
    case "openai":
      return parseServed(text, rest!);
    default:
      throw refError(
        `${JSON.stringify(text)} names no model: there is no scheme ${JSON.stringify(`${prefix}:`)}.`,
        `Write ${listForms()}. Of a file with a colon in its name, write the folder too: ./${text}`,
      );
  }
}

/** The one text form of a reference: {@link parseModelRef} reads it back, and equal references have equal texts. */
export function printModelRef(ref: ModelRef): string {
  switch (ref.scheme) {
    case "file":
      // What would be taken for a scheme is a file of the current folder.
      return scheme.test(ref.path) ? `./${ref.path}` : ref.path;
    case "ollama":
      return `ollama:${ref.name}`;
    case "openai":
      return `openai:${ref.name}@${ref.server}`;
  }
}

/** The same with something done to the path, where it is one. */
export function mapRefPath(ref: ModelRef, change: (path: string) => string): ModelRef {
  return ref.scheme === "file" ? { ...ref, path: change(ref.path) } : ref;
}

/** What lists, titles and manifests call a model: the name of a file without its folders, any other reference whole. */
export function modelName(ref: ModelRef): string {
  return ref.scheme === "file" ? ref.path.split(/[\\/]/).at(-1)! : printModelRef(ref);
}

/** Names may hold an `@`, and a URL too: the server begins after the first `@` before `http`, else after the last. */
function parseServed(text: string, rest: string): ModelRef {
  const beforeUrl = rest.search(/@https?:\/\//i);
  const at = beforeUrl >= 0 ? beforeUrl : rest.lastIndexOf("@");
  if (at < 0) throw refError(`${JSON.stringify(text)} does not say on which server the model is.`, exampleOf("openai"));
  const name = requireName(text, rest.slice(0, at), "openai");
  return { scheme: "openai", name, server: parseServer(text, rest.slice(at + 1)) };
}

function requireName(text: string, name: string, scheme: "ollama" | "openai"): string {
  if (name.trim() === name && name !== "") return name;
  throw refError(`${JSON.stringify(text)} has no name of a model after "${scheme}:".`, exampleOf(scheme));
}

/** @returns a URL without a slash at its end; `http` where no protocol is written */
function parseServer(text: string, server: string): string {
  const hasProtocol = /^https?:\/\//i.test(server);
  const url = URL.canParse(hasProtocol ? server : `http://${server}`)
    ? new URL(hasProtocol ? server : `http://${server}`)
    : undefined;
  if (url === undefined || server === "") {
    throw refError(`${JSON.stringify(text)} has no server that can be reached after "@".`, exampleOf("openai"));
  }
  if (url.username !== "" || url.password !== "") {
    throw refError(
      "A model's reference may hold no user or password: runs record it.",
      `Leave them out: openai:NAME@${url.host}`,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw refError(`${JSON.stringify(text)} has something after the server's path.`, exampleOf("openai"));
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function exampleOf(scheme: "ollama" | "openai"): string {
  const example = { ollama: "ollama:meditron:7b", openai: "openai:qwen3@127.0.0.1:8000/v1" }[scheme];
  return `Write ${refForms[scheme]}, for example ${example}.`;
}

function listForms(): string {
  return Object.values(refForms).join(", or ");
}

function refError(message: string, hint: string): ConfigurationError {
  return new ConfigurationError(message, { hint });
}
