import type { Item } from "../benchmarks/item.ts";
import { PythonRandom } from "../random/pythonRandom.ts";
import { itemSeed } from "./itemSeed.ts";

/** The options in the order of the file: `order[k]` is the source index of the option at position k. */
export function sourceOrder(item: Item): number[] {
  return item.options.map((_, index) => index);
}

/** A random order of the options that depends on nothing but the seed and the item. */
export function shuffledOrder(item: Item, seed: number): number[] {
  return new PythonRandom(itemSeed(seed, item)).shuffled(sourceOrder(item));
}

/** The item as shown: option texts in the given order, labels where they were, right answers at their new positions. */
export function withOptionOrder(item: Item, order: readonly number[]): Item {
  return {
    ...item,
    options: order.map((source, position) => ({
      label: item.options[position]!.label,
      text: item.options[source]!.text,
    })),
    answers: item.answers.map((answer) => order.indexOf(answer)).sort((a, b) => a - b),
  };
}
