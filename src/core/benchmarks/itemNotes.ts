import type { DataNote } from "./benchmark.ts";
import type { Item } from "./item.ts";
import { foldText, spaceText } from "./questionText.ts";

/**
 * What a reader of the number should know about the options of these items: how many items have equal options,
 * placeholders in the place of options, and options that name the places of others. Each item counts once a kind.
 */
export function itemNotes(items: readonly Item[]): DataNote[] {
  const equal = items.filter(hasEqualOptions);
  const ambiguous = equal.filter(hasAmbiguousAnswer).length;
  const placeholders = items.filter(({ options }) => options.some(({ text }) => isPlaceholder(text))).length;
  const positional = items.filter(({ options }) => options.some(({ text }) => namesPositions(text))).length;
  const notes: DataNote[] = [
    {
      kind: "duplicateOptions",
      count: equal.length,
      message: `Items that have two options with the same text: ${equal.length}; the right one is among them in ${ambiguous}.`,
    },
    {
      kind: "placeholderOptions",
      count: placeholders,
      message: `Items with an option that is blank or a placeholder such as "n/a": ${placeholders}.`,
    },
    {
      kind: "positionalOptions",
      count: positional,
      message: `Items with an option that names the places of others, such as "Both A and B" or "All of the above": ${positional}. Shuffled options are at other places.`,
    },
  ];
  return notes.filter(({ count }) => count > 0);
}

/** Without regard to how they are spaced. Case can tell options apart: the genotypes AA and aa. */
function hasEqualOptions({ options }: Item): boolean {
  return new Set(options.map(({ text }) => spaceText(text))).size < options.length;
}

function hasAmbiguousAnswer({ options, answers }: Item): boolean {
  const right = answers.map((answer) => spaceText(options[answer]!.text));
  return options.some(({ text }, index) => !answers.includes(index) && right.includes(spaceText(text)));
}

/**
 * Blank, or what stands for nothing. "None", "NA" and "null" are answers to some questions (sodium is Na), so they are
 * taken for what they say.
 */
function isPlaceholder(text: string): boolean {
  return /^(n\/a|n\.a\.?|nan|[-–—._?]*)$/.test(foldText(text));
}

/** Options of which the meaning changes when others change places. */
function namesPositions(text: string): boolean {
  const folded = foldText(text).replaceAll(/[().]/g, "");
  return placeWords.test(folded) || letterPairs.test(folded);
}

/** References to what stands above, in the languages of the data sets. */
const placeWords =
  /\b(all|none|any|both|either|neither|some|one) of the (above|below|preceding|previous|foregoing)\b|^(all|none) (the )?above$|\b(options?|answers?|choices?) ([a-j1-9])( ?(,|and|or|&) ?[a-j1-9])+\b|(ci-dessus|réponses? précédentes?)|\b(todas|ninguna|ambas) (de )?las anteriores\b|(ما|مما) سبق|أعلاه/u;

/** `Both A and B`, `A & C`, `A, B and D only`: the whole option is made of labels. */
const letterPairs =
  /^(both |neither |either |only |options? |answers? )?[a-j](( ?[,&+/] ?| ?, ?(and|or|et|ou|y|o) | (and|or|nor|et|ou|y|o) )[a-j])+( only| are (true|correct|right))?$/;
