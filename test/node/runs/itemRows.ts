import type { ItemRecord } from "../../../src/core/runs/itemRecord.ts";
import { readItems } from "../../../src/node/runs/itemStore.ts";

/** All rows of a run at once. */
export async function itemRows(folder: string): Promise<ItemRecord[]> {
  const rows: ItemRecord[] = [];
  for await (const row of readItems(folder)) rows.push(row);
  return rows;
}
