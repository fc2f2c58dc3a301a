/** A regular expression as a tree. */
export type PatternNode =
  | { readonly kind: "character"; readonly fits: (character: string) => boolean }
  | { readonly kind: "edge"; readonly edge: Edge }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "alternatives"; readonly ways: readonly PatternNode[] }
  | { readonly kind: "repetition"; readonly of: PatternNode; least: number; most: number; lazy: boolean }
  | { readonly kind: "ahead"; readonly of: PatternNode; readonly negative: boolean };

/** Start or end of the text; where a word begins or ends, and where it does not. */
export type Edge = "start" | "end" | "word" | "noWord";

/** The pattern uses what is not supported, or takes too long; whoever has asked says in what file it stands. */
export class UnsupportedPattern extends Error {}

const mostNested = 100;

const edges: Readonly<Record<string, Edge>> = {
  "^": "start",
  "\\A": "start",
  $: "end",
  "\\z": "end",
  "\\b": "word",
  "\\B": "noWord",
};

/**
 * Reads a regular expression of the common ground of Python's `re`, Oniguruma and JavaScript: alternatives, groups,
 * `(?i:…)`, greedy and lazy repetition, classes with Unicode properties, lookahead, edges of words and of the text.
 * `\d` and `\s` are those of Unicode, and `.` is everything but a line feed.
 * @throws UnsupportedPattern for everything else, such as references and lookbehind
 */
export function parsePattern(source: string): PatternNode {
  return new PatternParser(source).whole();
}

/** What holds for a part of a pattern. */
interface Flags {
  readonly ignoresCase: boolean;
}

class PatternParser {
  private at = 0;
  private nested = 0;

  constructor(private readonly source: string) {}

  whole(): PatternNode {
    const node = this.alternatives({ ignoresCase: false });
    if (this.at < this.source.length) throw this.unsupported();
    return node;
  }

  private unsupported(): UnsupportedPattern {
    return new UnsupportedPattern(`at character ${this.at + 1}`);
  }

  /** Takes what a sticky pattern fits here. */
  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (found !== null) this.at += found[0].length;
    return found;
  }

  private alternatives(flags: Flags): PatternNode {
    if (++this.nested > mostNested) throw this.unsupported();
    const ways = [this.sequence(flags)];
    while (this.take(/\|/y) !== null) ways.push(this.sequence(flags));
    this.nested--;
    return ways.length === 1 ? ways[0]! : { kind: "alternatives", ways };
  }

  private sequence(flags: Flags): PatternNode {
    const parts: PatternNode[] = [];
    while (this.at < this.source.length && !/[|)]/.test(this.source[this.at]!)) {
      parts.push(this.repeated(this.atom(flags)));
    }
    return { kind: "sequence", parts };
  }

  private repeated(of: PatternNode): PatternNode {
    const found = this.take(/(?:([*+?])|\{(\d{1,5})(?:(,)(\d{1,5})?)?\})(\??)/y);
    if (found === null) return of;
    const [, sign, low, comma, high, lazy] = found;
    const least = sign === undefined ? Number(low) : sign === "+" ? 1 : 0;
    const open = sign === undefined ? comma !== undefined && high === undefined : sign !== "?";
    const most = open ? Infinity : sign === undefined ? Number(high ?? low) : 1;
    // A second sign keeps what was taken, in Oniguruma; of empty repetitions everyone has another opinion.
    if (most < least || this.take(/[*+?{]/y) !== null || canBeEmpty(of)) throw this.unsupported();
    return { kind: "repetition", of, least, most, lazy: lazy !== "" };
  }

  private atom(flags: Flags): PatternNode {
    const group = this.take(/\((?:\?(?:([:=!])|(i):|P?<[A-Za-z_]\w*>))?(?!\?)/y);
    if (group !== null) return this.group(group[1], { ignoresCase: flags.ignoresCase || group[2] !== undefined });
    const edge = this.take(/\^|\$|\\[AzbB]/y);
    if (edge !== null) return { kind: "edge", edge: edges[edge[0]]! };
    if (this.take(/\./y) !== null) return { kind: "character", fits: (character) => character !== "\n" };
    const set = this.take(setPattern) ?? this.take(classPattern);
    if (set !== null) return this.set(set[0], flags);
    const [whole, escaped] = this.take(/\\([^A-Za-z0-9])|[^*+?{}()[\]\\]/uy) ?? [];
    if (whole === undefined) throw this.unsupported();
    return literal(escaped ?? whole, flags);
  }

  private group(kind: string | undefined, flags: Flags): PatternNode {
    const of = this.alternatives(flags);
    if (this.take(/\)/y) === null) throw this.unsupported();
    return kind === "=" || kind === "!" ? { kind: "ahead", of, negative: kind === "!" } : of;
  }

  /** JavaScript alone knows the properties of Unicode: it says whether a character is of a set. */
  private set(source: string, flags: Flags): PatternNode {
    try {
      const pattern = new RegExp(`^${forJavaScript(source)}$`, flags.ignoresCase ? "iu" : "u");
      return { kind: "character", fits: (character) => pattern.test(character) };
    } catch {
      throw this.unsupported();
    }
  }
}

/** `\d`, `\p{L}`, `\x41`, … */
const setPattern = /\\(?:[dDsSwWntrfv]|[pP]\{\^?[\w=]+\}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]{1,6}\})/y;
/** `[…]`. A bracket within would be another class in Oniguruma, and `&&` an intersection. */
const classPattern = /\[\^?\]?(?:[^\]\\[&]|&(?!&)|\\[^])*\]/uy;

function canBeEmpty(node: PatternNode): boolean {
  switch (node.kind) {
    case "character":
      return false;
    case "edge":
    case "ahead":
      return true;
    case "sequence":
      return node.parts.every(canBeEmpty);
    case "alternatives":
      return node.ways.some(canBeEmpty);
    case "repetition":
      return node.least === 0 || canBeEmpty(node.of);
  }
}

function literal(character: string, flags: Flags): PatternNode {
  if (!flags.ignoresCase || !/[A-Za-z]/.test(character))
    return { kind: "character", fits: (given) => given === character };
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
  return { kind: "character", fits: (given) => given === lower || given === upper };
}

const unicodeSets: Readonly<Record<string, string>> = {
  "\\d": "\\p{Nd}",
  "\\D": "\\P{Nd}",
  "\\s": "\\p{White_Space}",
  "\\S": "\\P{White_Space}",
};

/** A set or class as JavaScript writes it, which wants more of its characters escaped, and others not. */
function forJavaScript(source: string): string {
  return source
    .replace(/^\[(\^?)\]/, "[$1\\]")
    .replace(/(\\[dDsSwW]|\\[pP]\{[^}]*\})-/g, "$1\\-")
    .replace(
      /\\[^]/gu,
      (escape) => unicodeSets[escape] ?? (/[A-Za-z0-9^$\\.*+?()[\]{}|/-]$/.test(escape) ? escape : escape.slice(1)),
    )
    .replace(/\\p\{\^/g, "\\P{");
}
