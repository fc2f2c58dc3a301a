import { open } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../core/errors.ts";
import { itemRecordSchema, type ItemRecord } from "../../core/runs/itemRecord.ts";
import { parseJsonLine } from "../../core/runs/jsonLines.ts";
import { readLines } from "../files/readLines.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import { JsonLinesWriter } from "./jsonLinesWriter.ts";
import { runFiles } from "./runFolder.ts";

/** Names one row of items.jsonl. */
export type ItemKey = Pick<ItemRecord, "benchmark" | "item" | "draw">;

/** The same text for the same row, and another for every other. */
export function itemKeyText({ benchmark, item, draw }: ItemKey): string {
  return JSON.stringify([benchmark, item, draw]);
}

/** Where a row stands in the file. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

/**
 * The rows of a run's items.jsonl. While the run works they stand in the order in which they were finished, so that a
 * crash loses none; `finish` puts them in their final order, which is the same however often the run was interrupted.
 */
export class ItemStore {
  private constructor(
    private readonly path: string,
    private readonly writer: JsonLinesWriter,
    /** Position of each row of the run in the final order. */
    private readonly order: ReadonlyMap<string, number>,
    private readonly places: Map<string, Place>,
  ) {}

  /**
   * @param order every row that the run is to have, in the final order
   * @param onRow sees every row that an earlier session left
   * @throws RunError when a row is damaged, there twice or no part of this run
   */
  static async open(
    folder: string,
    order: Iterable<ItemKey>,
    onRow: (record: ItemRecord) => void = () => undefined,
  ): Promise<ItemStore> {
    const path = join(folder, runFiles.items);
    const positions = new Map<string, number>();
    for (const key of order) positions.set(itemKeyText(key), positions.size);
    const places = new Map<string, Place>();
    for await (const { bytes, offset, line } of readLines(path)) {
      const record = parseJsonLine(bytes.toString("utf8"), itemRecordSchema, path, line);
      const key = itemKeyText(record);
      if (!positions.has(key) || places.has(key)) throw strangeRow(path, line, record, places.has(key));
      places.set(key, { offset, length: bytes.length + 1 });
      onRow(record);
    }
    return new ItemStore(path, await JsonLinesWriter.open(path), positions, places);
  }

  /** Number of rows that are there. */
  get count(): number {
    return this.places.size;
  }

  /** Number of rows that the run is to have. */
  get total(): number {
    return this.order.size;
  }

  has(key: ItemKey): boolean {
    return this.places.has(itemKeyText(key));
  }

  /** @throws RunError when it cannot be written, for example on a full disk; the row is not in the file then */
  async add(record: ItemRecord): Promise<void> {
    const key = itemKeyText(record);
    if (!this.order.has(key) || this.places.has(key))
      throw new Error(`Row ${key} is none of the run, or there already.`);
    const { offset, length } = await this.writer.append(record);
    this.places.set(key, { offset, length });
  }

  /** Closes the file and puts the rows in their final order, in one step: the file is never seen half-sorted. */
  async finish(): Promise<void> {
    await this.close();
    const inOrder = [...this.places]
      .sort(([a], [b]) => this.order.get(a)! - this.order.get(b)!)
      .map(([, place]) => place);
    if (inOrder.every((place, index) => index === 0 || place.offset > inOrder[index - 1]!.offset)) return;
    await writeAtomically(this.path, readPlaces(this.path, inOrder));
  }

  async close(): Promise<void> {
    await this.writer.close();
  }
}

/** Yields the rows of a run, one at a time however many there are. @throws RunError when one is damaged */
export async function* readItems(folder: string): AsyncGenerator<ItemRecord, void, undefined> {
  const path = join(folder, runFiles.items);
  for await (const { bytes, line } of readLines(path)) {
    yield parseJsonLine(bytes.toString("utf8"), itemRecordSchema, path, line);
  }
}

async function* readPlaces(path: string, places: readonly Place[]): AsyncGenerator<Uint8Array> {
  const handle = await open(path, "r");
  try {
    for (const { offset, length } of places) {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      if (bytesRead < length) throw new RunError("The file was cut off meanwhile.", { place: { file: path } });
      yield bytes;
    }
  } finally {
    await handle.close();
  }
}

function strangeRow(path: string, line: number, { item, benchmark }: ItemRecord, repeated: boolean): RunError {
  const what = `item ${item} of ${benchmark}`;
  return new RunError(
    repeated ? `The row of ${what} is there twice.` : `There is a row of ${what}, which is no part of this run.`,
    {
      place: { file: path, line },
      hint: "The file was edited. Delete that line.",
      remedy: { action: "startNewRun" },
    },
  );
}
