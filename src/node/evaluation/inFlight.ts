/**
 * Does `work` on everything that `source` yields, on at most `limit` things at a time, begun in the order of the source.
 * After a failure it begins nothing more, and waits for what is under way.
 * @throws the first failure
 */
export async function forEachInFlight<T>(
  source: AsyncIterable<T>,
  limit: number,
  work: (entry: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  try {
    for await (const entry of source) {
      const task = work(entry)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => underWay.delete(task));
      underWay.add(task);
      if (underWay.size >= limit) await Promise.race(underWay);
      if (failures.length > 0) break;
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}
