import type { Item } from "../benchmarks/item.ts";
import { questionText } from "../benchmarks/questionText.ts";
import { shotHelp } from "../benchmarks/shotHelp.ts";
import { ConfigurationError } from "../errors.ts";
import { PythonRandom } from "../random/pythonRandom.ts";
import type { ShotSource } from "./shotSource.ts";
import { append } from "../lists.ts";

/** The examples of one item. */
export interface DrawnShots {
  readonly examples: readonly Item[];
  /** How many drawn examples were the question itself, and were not taken. */
  readonly excluded: number;
}

/**
 * Few-shot examples for every item of a benchmark, by position in `items`. Always called with all items in file order,
 * whatever part of them is evaluated: the generator of `perItem` goes on from item to item, so that a limit, a choice of
 * ids or a resumed run sees the same draws as a full run.
 *
 * Where the pool is the evaluated split itself, the item is left out of its own examples: `perItem` draws one more and
 * drops it, as lm-eval does; a draw that all items share has one more example in reserve.
 *
 * An example that asks the same as the item (see {@link questionText}) would show its answer. It gives way to the first
 * example of the pool that is neither the question nor drawn already; the generator does not notice, so that the draws
 * of all other items stay what they are. Examples named by their ids are left out without a replacement.
 * @throws ConfigurationError when the pool is missing, too small or lacks an id
 */
export function drawShots(
  source: ShotSource,
  items: readonly Item[],
  pool: readonly Item[],
  benchmark: string,
): DrawnShots[] {
  const wanted = source.kind === "none" ? 0 : source.kind === "explicit" ? source.ids.length : source.count;
  if (source.kind === "none" || wanted === 0) return items.map(() => ({ examples: [], excluded: 0 }));
  const asks = askedTexts();
  const spare = isSameSplit(items, pool) ? 1 : 0;
  requirePool(pool, source.kind === "explicit" ? 1 : wanted + spare, benchmark);
  if (source.kind === "perItem") {
    const random = new PythonRandom(source.seed);
    return items.map((item) => chooseFor(item, random.sample(pool, wanted + spare), { wanted, reserve: pool, asks }));
  }
  const shared = source.kind === "explicit" ? byIds(source.ids, pool, benchmark) : sharedDraw(source, pool, spare);
  const reserve = source.kind === "explicit" ? [] : pool;
  return items.map((item) => chooseFor(item, shared, { wanted, reserve, asks }));
}

type SharedSource = Extract<ShotSource, { kind: "first" | "shared" | "balanced" }>;

function sharedDraw(source: SharedSource, pool: readonly Item[], spare: number): readonly Item[] {
  const count = source.count + spare;
  if (source.kind === "first") return pool.slice(0, count);
  const random = new PythonRandom(source.seed);
  return source.kind === "shared" ? random.sample(pool, count) : balancedDraw(random.shuffled(pool), count);
}

/**
 * Takes from a shuffled pool by turns one example of each right answer, the commonest answer first, until there are
 * enough. Answers that are used up are passed over.
 */
function balancedDraw(shuffled: readonly Item[], count: number): Item[] {
  const byAnswer = new Map<number, Item[]>();
  for (const item of shuffled) {
    const answer = item.answers[0] ?? -1;
    const members = byAnswer.get(answer);
    if (members) members.push(item);
    else byAnswer.set(answer, [item]);
  }
  const classes = [...byAnswer.entries()]
    .sort(([a, itemsOfA], [b, itemsOfB]) => itemsOfB.length - itemsOfA.length || a - b)
    .map(([, members]) => members);
  const examples: Item[] = [];
  for (let round = 0; examples.length < count; round++) {
    append(
      examples,
      classes.flatMap((members) => members[round] ?? []),
    );
  }
  return examples.slice(0, count);
}

function byIds(ids: readonly string[], pool: readonly Item[], benchmark: string): Item[] {
  const byId = new Map(pool.map((item) => [item.id, item]));
  return ids.map((id) => {
    const item = byId.get(id);
    if (item) return item;
    throw new ConfigurationError(`${benchmark} has no few-shot example with the id ${JSON.stringify(id)}.`, {
      hint: `Its examples have ids such as ${pool
        .slice(0, 3)
        .map((example) => JSON.stringify(example.id))
        .join(", ")}.`,
      place: { field: "shots.ids" },
    });
  });
}

interface Choice {
  readonly wanted: number;
  /** Where replacements are taken from. */
  readonly reserve: readonly Item[];
  /** What an item asks. */
  readonly asks: (item: Item) => string;
}

function chooseFor(item: Item, drawn: readonly Item[], { wanted, reserve, asks }: Choice): DrawnShots {
  const isQuestion = (example: Item) => asks(example) === asks(item);
  const others = drawn.filter((example) => !isSame(example, item));
  const excluded = others.slice(0, wanted).filter(isQuestion).length;
  if (excluded === 0) return { examples: others.slice(0, wanted), excluded };
  const examples = others.filter((example) => !isQuestion(example)).slice(0, wanted);
  for (const example of reserve) {
    if (examples.length === wanted) break;
    const isUsable = !isSame(example, item) && !isQuestion(example) && !examples.includes(example);
    if (isUsable) examples.push(example);
  }
  return { examples, excluded };
}

/** {@link questionText}, remembered: an example is compared with many items. */
function askedTexts(): (item: Item) => string {
  const texts = new Map<Item, string>();
  return (item) => {
    const text = texts.get(item) ?? questionText(item);
    texts.set(item, text);
    return text;
  };
}

const isSame = (a: Item, b: Item) => a.id === b.id && isOfSameSplit(a, b);
const isOfSameSplit = (a: Item, b: Item) => a.benchmark === b.benchmark && a.split === b.split;

function isSameSplit(items: readonly Item[], pool: readonly Item[]): boolean {
  return items.length > 0 && pool.length > 0 && isOfSameSplit(items[0]!, pool[0]!);
}

function requirePool(pool: readonly Item[], needed: number, benchmark: string): void {
  const help = shotHelp(benchmark);
  if (pool.length === 0) {
    throw new ConfigurationError(`${benchmark} has no few-shot examples at hand.`, {
      ...help,
      place: { field: "shots" },
    });
  }
  if (pool.length < needed) {
    throw new ConfigurationError(`${benchmark} needs ${needed} few-shot examples, but only ${pool.length} are there.`, {
      ...help,
      hint: `Ask for fewer shots. ${help.hint}`,
      place: { field: "shots" },
    });
  }
}
