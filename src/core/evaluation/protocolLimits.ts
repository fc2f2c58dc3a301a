import type { Item } from "../benchmarks/item.ts";
import { ConfigurationError } from "../errors.ts";

/** What a protocol can ask and count on one benchmark. Everything else is refused before a run. */
export interface ProtocolLimits {
  /** Most options that an item may have: so many the prompt can name, and the answer be counted for. */
  readonly options: number;
  /** How many right options an item may have: one, where an answer names an option. */
  readonly answers: "one" | "several";
  /** Whether an option may be blank: not where its text is what is scored. */
  readonly blankOptions: boolean;
  /** Languages of items, as BCP 47 tags without regions; undefined where any can be asked. */
  readonly languages?: readonly string[];
}

/** Most options that letters can name. */
export const letterLimit = 26;

/** @throws ConfigurationError that names the items which the protocol cannot ask or count, and says what to do */
export function requireWithinLimits(
  { options, answers, blankOptions, languages }: ProtocolLimits,
  items: readonly Item[],
  { protocol, benchmark }: { readonly protocol: string; readonly benchmark: string },
): void {
  const refuse = (isBeyond: (item: Item) => boolean, explain: (which: string) => string, hint: string): void => {
    const beyond = items.filter(isBeyond);
    if (beyond.length === 0) return;
    throw new ConfigurationError(explain(describe(beyond, items.length, benchmark)), {
      hint: `${hint} Or leave such items out: the key \`items\` lists those that are asked.`,
      place: { field: "protocol" },
    });
  };
  refuse(
    (item) => item.options.length > options,
    (which) => `${protocol} names and counts at most ${options} options on ${benchmark}, but ${which} more.`,
    `Use a protocol that takes more: lm-eval and biomistral take ${letterLimit}.`,
  );
  refuse(
    (item) => answers === "one" && item.answers.length !== 1,
    (which) => `${protocol} judges answers that name one option, but ${which} several right options.`,
    "Use lm-eval on truthfulqa-mc2.",
  );
  refuse(
    (item) => !blankOptions && item.options.some(({ text }) => text.trim() === ""),
    (which) => `${protocol} scores the texts of the options on ${benchmark}, but ${which} a blank option.`,
    "Use a protocol that scores letters.",
  );
  refuse(
    (item) => languages !== undefined && !languages.includes(item.language.split("-")[0]!.toLowerCase()),
    (which) => `${protocol} asks questions in ${languages!.join(", ")}, but ${which} another language.`,
    "Use a protocol for that language.",
  );
}

const namedItems = 5;

function describe(beyond: readonly Item[], all: number, benchmark: string): string {
  if (beyond.length === all && all > namedItems) return `all ${all} items of ${benchmark} have`;
  const ids = beyond.slice(0, namedItems).map(({ id }) => id);
  const more = beyond.length > ids.length ? ` and ${beyond.length - ids.length} more` : "";
  return beyond.length === 1 ? `the item ${ids[0]} has` : `the items ${ids.join(", ")}${more} have`;
}
