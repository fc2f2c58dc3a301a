import { z } from "zod";
import { ConfigurationError } from "../errors.ts";
import { ForeignPattern, type PatternMatch } from "../patterns/foreignPattern.ts";
import { UnsupportedPattern } from "../patterns/parsePattern.ts";
import type { Tokenizer } from "./tokenizer.ts";

const stepSchema = z.object({ type: z.string() }).loose();
type Step = z.infer<typeof stepSchema>;
const nested = z.array(stepSchema);
const patternSchema = z.union([z.object({ String: z.string() }), z.object({ Regex: z.string() })]);

/**
 * Ids of a text's own tokens by a BPE tokenizer.json, without those that its post-processor puts around (for example the
 * start token), as the Hugging Face library gives them. Special tokens that the text names are read as such.
 * @throws ConfigurationError for kinds of tokenizers and steps that are not supported; never a wrong result in silence
 */
export function encodeText(tokenizer: Tokenizer, text: string): number[] {
  const { document } = tokenizer;
  if (tokenizer.type !== "BPE") throw unsupported(`model ${tokenizer.type}`);
  const bpe = new BytePairs(tokenizer);
  return splitAddedTokens(tokenizer, text).flatMap((piece, index) => {
    if (typeof piece === "number") return [piece];
    const normalized = normalize(readStep(document.normalizer), piece);
    return preTokenize(readStep(document.pre_tokenizer), [normalized], index === 0).flatMap((word) => bpe.encode(word));
  });
}

function unsupported(what: string): ConfigurationError {
  return new ConfigurationError(`Prompts cannot be read with this tokenizer: its ${what} is not supported.`, {
    hint: "Use the gate mode `random`.",
    place: { field: "gate_mode" },
  });
}

function readStep(value: unknown): Step | undefined {
  return value === null || value === undefined ? undefined : readWith(stepSchema, value, "step");
}

function splitAddedTokens({ added }: Tokenizer, text: string): (string | number)[] {
  const known = added.filter(({ content }) => content !== "").toSorted((a, b) => b.content.length - a.content.length);
  const pieces: (string | number)[] = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const token = known.find(({ content }) => text.startsWith(content, at));
    if (token === undefined) {
      plain += text[at++];
      continue;
    }
    if (plain !== "") pieces.push(plain);
    plain = "";
    pieces.push(token.id);
    at += token.content.length;
  }
  if (plain !== "") pieces.push(plain);
  return pieces;
}

function normalize(step: Step | undefined, text: string): string {
  switch (step?.type) {
    case undefined:
      return text;
    case "Sequence":
      return readWith(nested, step.normalizers, "normalizer").reduce((result, inner) => normalize(inner, result), text);
    case "Prepend":
      return text === "" ? text : String(step.prepend) + text;
    case "Replace":
      return replaceMatches(text, step);
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD":
      return text.normalize(step.type);
    case "Lowercase":
      return text.toLowerCase();
    default:
      throw unsupported(`normalizer ${step!.type}`);
  }
}

function replaceMatches(text: string, { pattern, content }: Step): string {
  let result = "";
  let end = 0;
  for (const match of findMatches(pattern, text)) {
    result += text.slice(end, match.index) + String(content);
    end = match.index + match.text.length;
  }
  return result + text.slice(end);
}

/** Where a pattern of the library fits: a text or a regular expression. */
function findMatches(value: unknown, text: string): readonly PatternMatch[] {
  const pattern = readWith(patternSchema, value, "pattern");
  if ("String" in pattern) return findText(pattern.String, text);
  try {
    return [...new ForeignPattern(pattern.Regex).matches(text)];
  } catch (error) {
    if (error instanceof UnsupportedPattern) throw unsupported(`pattern ${JSON.stringify(pattern.Regex)}`);
    throw error;
  }
}

function findText(wanted: string, text: string): PatternMatch[] {
  const found: PatternMatch[] = [];
  if (wanted === "") return found;
  for (let index = text.indexOf(wanted); index >= 0; index = text.indexOf(wanted, index + wanted.length)) {
    found.push({ index, text: wanted });
  }
  return found;
}

/** What is not of the library's form is not supported. */
function readWith<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const { data, success } = schema.safeParse(value);
  if (!success) throw unsupported(what);
  return data;
}

/** What GPT-2's pre-tokenizer splits text into. */
const gpt2Words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** @param isStart whether the first word begins the text, rather than following a special token */
function preTokenize(step: Step | undefined, words: readonly string[], isStart: boolean): string[] {
  switch (step?.type) {
    case undefined:
      return [...words];
    case "Sequence":
      return readWith(nested, step.pretokenizers, "pre-tokenizer").reduce(
        (result, inner) => preTokenize(inner, result, isStart),
        [...words],
      );
    case "ByteLevel":
      return words.flatMap((word) => byteLevel(step, word));
    case "Split":
      return words.flatMap((word) => splitWord(step, word));
    case "Digits":
      return words.flatMap(
        (word) => word.match(step.individual_digits === true ? /\p{N}|\P{N}+/gu : /\p{N}+|\P{N}+/gu) ?? [],
      );
    case "Metaspace":
      return words.flatMap((word, index) => metaspace(step, word, isStart && index === 0));
    default:
      throw unsupported(`pre-tokenizer ${step!.type}`);
  }
}

function byteLevel(step: Step, word: string): string[] {
  const prefixed = step.add_prefix_space === true && !word.startsWith(" ") ? ` ${word}` : word;
  const parts = step.use_regex === false ? [prefixed] : (prefixed.match(gpt2Words) ?? []);
  return parts.map((part) => [...new TextEncoder().encode(part)].map((byte) => byteCharacters[byte]!).join(""));
}

function splitWord(step: Step, word: string): string[] {
  if (step.behavior !== "Isolated" && step.behavior !== "Removed")
    throw unsupported(`splitting behaviour ${String(step.behavior)}`);
  const isolated = step.behavior === "Isolated";
  const keepsMatches = isolated || step.invert === true;
  const keepsRest = isolated || step.invert !== true;
  const pieces: string[] = [];
  let end = 0;
  for (const match of findMatches(step.pattern, word)) {
    if (keepsRest) pieces.push(word.slice(end, match.index));
    if (keepsMatches) pieces.push(match.text);
    end = match.index + match.text.length;
  }
  if (keepsRest) pieces.push(word.slice(end));
  return pieces.filter((piece) => piece !== "");
}

function metaspace(step: Step, word: string, isStart: boolean): string[] {
  const mark = String(step.replacement ?? "▁");
  if ([...mark].length !== 1) throw unsupported(`mark ${JSON.stringify(mark)} for blanks`);
  const scheme = step.prepend_scheme ?? (step.add_prefix_space === false ? "never" : "always");
  const replaced = word.replaceAll(" ", mark);
  const wanted = scheme === "always" || (scheme === "first" && isStart);
  const prefixed = wanted && !replaced.startsWith(mark) ? mark + replaced : replaced;
  if (step.split === false) return [prefixed];
  const starts = findText(mark, prefixed).map(({ index }) => index);
  if (starts[0] !== 0) starts.unshift(0);
  return starts.map((start, index) => prefixed.slice(start, starts[index + 1])).filter((part) => part !== "");
}

/** GPT-2's printable stand-ins for bytes. */
const byteCharacters = ((): readonly string[] => {
  const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
})();

const modelSchema = z.object({
  byte_fallback: z.boolean().nullish(),
  ignore_merges: z.boolean().nullish(),
  unk_token: z.string().nullish(),
  dropout: z.number().nullish(),
  continuing_subword_prefix: z.string().nullish(),
  end_of_word_suffix: z.string().nullish(),
});

/** Byte-pair encoding: the adjacent pair of the lowest rank is joined until none is left. */
class BytePairs {
  private readonly ranks = new Map<string, number>();
  private readonly options: z.infer<typeof modelSchema>;

  constructor(private readonly tokenizer: Tokenizer) {
    const { model } = tokenizer.document;
    this.options = readWith(modelSchema, model, "model");
    if ((this.options.continuing_subword_prefix ?? "") !== "" || (this.options.end_of_word_suffix ?? "") !== "") {
      throw unsupported("subword prefix or suffix");
    }
    for (const [rank, merge] of (model.merges ?? []).entries()) {
      const pair =
        typeof merge === "string" ? merge.split(" ") : readWith(z.array(z.string()), merge, "list of merges");
      this.ranks.set(pair.join("\u0000"), rank);
    }
  }

  encode(word: string): number[] {
    const whole = this.tokenizer.plain.get(word);
    if (this.options.ignore_merges === true && whole !== undefined) return [whole];
    let symbols = [...word].flatMap((character) => this.symbolsOf(character));
    for (;;) {
      let best = Infinity;
      let at = -1;
      for (let i = 0; i + 1 < symbols.length; i++) {
        const rank = this.ranks.get(`${symbols[i]}\u0000${symbols[i + 1]}`) ?? Infinity;
        if (rank < best) [best, at] = [rank, i];
      }
      if (at < 0) break;
      symbols = [...symbols.slice(0, at), symbols[at]! + symbols[at + 1]!, ...symbols.slice(at + 2)];
    }
    return symbols.map((symbol) => this.idOf(symbol));
  }

  /** A character that the vocabulary lacks is written as its bytes. */
  private symbolsOf(character: string): string[] {
    if (this.tokenizer.plain.has(character) || this.options.byte_fallback !== true) return [character];
    return [...new TextEncoder().encode(character)].map(
      (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    );
  }

  private idOf(symbol: string): number {
    const id = this.tokenizer.plain.get(symbol) ?? this.tokenizer.vocabulary.get(this.options.unk_token ?? "");
    if (id === undefined) throw unsupported(`vocabulary, which lacks ${JSON.stringify(symbol)},`);
    return id;
  }
}
