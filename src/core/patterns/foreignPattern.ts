import { parsePattern, UnsupportedPattern, type Edge, type PatternNode } from "./parsePattern.ts";

/** Where a pattern fits. */
export interface PatternMatch {
  readonly index: number;
  readonly text: string;
}

/** One step of a compiled pattern; numbers are places in the program. */
type Step =
  | { readonly op: "character"; readonly fits: (character: string) => boolean }
  /** Goes on at the first place, and at the second where that leads nowhere. */
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "edge"; readonly edge: Edge }
  /** Whether what stands between here and a `match` before `to` follows, or does not. */
  | { readonly op: "ahead"; readonly negative: boolean; to: number }
  | { readonly op: "match" };

const mostProgramSteps = 10_000;
/** Steps that a search may take, so that it ends in well below a second. */
const searchStepsAtLeast = 500_000;
const searchStepsACharacter = 50;

/**
 * A regular expression of a model's file. JavaScript's own engine may need longer than anybody waits for one; here no
 * place of a text is tried twice at the same step, and a search that takes too long is given up.
 */
export class ForeignPattern {
  private readonly program: readonly Step[];

  /** @throws UnsupportedPattern for what cannot be read exactly as the file's own software reads it */
  constructor(source: string) {
    this.program = compile(parsePattern(source));
  }

  /** Whether the pattern fits anywhere. @throws UnsupportedPattern when finding out takes too long */
  test(text: string): boolean {
    return this.matches(text).next().done !== true;
  }

  /** Everything that fits, from left to right and without overlap. @throws UnsupportedPattern when it takes too long */
  *matches(text: string): Generator<PatternMatch> {
    const search = new Search(this.program, text);
    for (let start = 0; start <= text.length;) {
      const end = search.endOfMatch(start);
      if (end !== undefined) yield { index: start, text: text.slice(start, end) };
      start = end !== undefined && end > start ? end : start + (characterAt(text, start).length || 1);
    }
  }
}

function compile(node: PatternNode): readonly Step[] {
  const steps: Step[] = [];
  const add = <S extends Step>(step: S): S => {
    if (steps.length === mostProgramSteps) throw new UnsupportedPattern("it is too long");
    steps.push(step);
    return step;
  };
  write(node, steps, add);
  add({ op: "match" });
  return steps;
}

function write(node: PatternNode, steps: readonly Step[], add: <S extends Step>(step: S) => S): void {
  const writePart = (part: PatternNode): void => write(part, steps, add);
  switch (node.kind) {
    case "character":
      add({ op: "character", fits: node.fits });
      break;
    case "edge":
      add({ op: "edge", edge: node.edge });
      break;
    case "sequence":
      node.parts.forEach(writePart);
      break;
    case "ahead": {
      const ahead = add({ op: "ahead" as const, negative: node.negative, to: 0 });
      writePart(node.of);
      add({ op: "match" });
      ahead.to = steps.length;
      break;
    }
    case "alternatives": {
      const ends = node.ways.map((way, index) => {
        const split = add({ op: "split" as const, first: steps.length + 1, second: 0 });
        writePart(way);
        const end = add({ op: "jump" as const, to: 0 });
        split.second = index < node.ways.length - 1 ? steps.length : split.first;
        return end;
      });
      for (const end of ends) end.to = steps.length;
      break;
    }
    case "repetition": {
      const { of, least, most, lazy } = node;
      for (let count = 0; count < least; count++) writePart(of);
      const further = most === Infinity ? 1 : most - least;
      const splits = Array.from({ length: further }, () => {
        const place = steps.length;
        const split = add({ op: "split" as const, first: place + 1, second: place + 1 });
        writePart(of);
        if (most === Infinity) add({ op: "jump", to: place });
        return split;
      });
      for (const split of splits) split[lazy ? "first" : "second"] = steps.length;
      break;
    }
  }
}

function characterAt(text: string, index: number): string {
  const code = text.codePointAt(index);
  return code === undefined ? "" : String.fromCodePoint(code);
}

class Search {
  private left: number;
  /** From where nothing was found, as `index · steps + step`; what began further left need not be tried again. */
  private readonly tried = new Set<number>();

  constructor(
    private readonly program: readonly Step[],
    private readonly text: string,
  ) {
    this.left = searchStepsAtLeast + searchStepsACharacter * text.length;
  }

  /** Where a match that begins at `start` ends; undefined when there is none. */
  endOfMatch(start: number): number | undefined {
    const end = this.follow(start, 0, this.tried);
    // From what lies on the way to it something was found.
    if (end !== undefined) this.tried.clear();
    return end;
  }

  private follow(start: number, entry: number, tried: Set<number>): number | undefined {
    const open = [{ index: start, place: entry }];
    for (let way = open.pop(); way !== undefined; way = open.pop()) {
      let { index, place } = way;
      for (;;) {
        const state = index * this.program.length + place;
        // A second time is no better than the first; going round without a character ends here too.
        if (tried.has(state)) break;
        tried.add(state);
        if (--this.left < 0) throw new UnsupportedPattern("it takes too long");
        const step = this.program[place]!;
        if (step.op === "match") return index;
        if (step.op === "jump") {
          place = step.to;
        } else if (step.op === "split") {
          open.push({ index, place: step.second });
          place = step.first;
        } else if (step.op === "ahead") {
          if ((this.follow(index, place + 1, new Set()) === undefined) !== step.negative) break;
          place = step.to;
        } else if (step.op === "edge") {
          if (!this.isEdge(step.edge, index)) break;
          place++;
        } else {
          const character = characterAt(this.text, index);
          if (character === "" || !step.fits(character)) break;
          index += character.length;
          place++;
        }
      }
    }
    return undefined;
  }

  private isEdge(edge: Edge, index: number): boolean {
    if (edge === "start") return index === 0;
    if (edge === "end") return index === this.text.length;
    const isWord = (character: string | undefined): boolean => character !== undefined && /\w/.test(character);
    return (isWord(this.text[index - 1]) !== isWord(this.text[index])) === (edge === "word");
  }
}
