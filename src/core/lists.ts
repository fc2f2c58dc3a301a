/** Adds entries to the end of a list. Unlike in a call of `push`, there may be any number of them. */
export function append<T>(list: T[], entries: Iterable<T>): void {
  for (const entry of entries) list.push(entry);
}

/** The largest of any number of values; `-Infinity` of none, NaN where one of them is. */
export function largest(values: Iterable<number>): number {
  let result = -Infinity;
  for (const value of values) result = Math.max(result, value);
  return result;
}

/** The smallest of any number of values; `Infinity` of none, NaN where one of them is. */
export function smallest(values: Iterable<number>): number {
  let result = Infinity;
  for (const value of values) result = Math.min(result, value);
  return result;
}
