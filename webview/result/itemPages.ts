import type { ResultPage } from "../../src/core/results/messages.ts";
import type { ItemFilter, ItemPage, ItemRow, ItemSort } from "../../src/core/results/items.ts";
import type { Channel } from "../messaging.ts";

/** Which items are listed, and how. */
export interface ItemQuery {
  readonly benchmark: string;
  readonly filter: ItemFilter;
  readonly sort?: ItemSort;
}

/** What is known of a list besides its rows. */
export type ItemListFacts = Omit<ItemPage, "rows">;

/** Rows that are asked for at a time. */
const pageSize = 100;

/**
 * Rows of a list that is too long to be had at once: pages are asked for as they come into view and kept. After a
 * change the old rows stay until the new ones are there.
 */
export class ItemPages {
  private readonly pages = new Map<number, readonly ItemRow[]>();
  private readonly underway = new Set<number>();
  private outdated = new Set<number>();
  private generation = 0;
  private query: ItemQuery | undefined;

  constructor(
    private readonly channel: Channel<ResultPage>,
    private readonly runs: readonly string[],
    private readonly onRows: (facts: ItemListFacts) => void,
    private readonly onProblem: (error: unknown) => void,
  ) {}

  /** Lists other items. */
  ask(query: ItemQuery): void {
    this.query = query;
    this.generation++;
    this.pages.clear();
    this.underway.clear();
    this.outdated.clear();
    this.ensure(0, 0);
  }

  /** The runs have got further: what is in view is asked for again. */
  refresh(first: number, last: number): void {
    if (this.query === undefined) return;
    this.generation++;
    this.underway.clear();
    this.outdated = new Set(this.pages.keys());
    this.ensure(first, last);
  }

  row(index: number): ItemRow | undefined {
    return this.pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Position of an item among the rows that are known; -1 if it is not among them. */
  indexOf({ item, draw }: Pick<ItemRow, "item" | "draw">): number {
    for (const [page, rows] of this.pages) {
      const at = rows.findIndex((row) => row.item === item && row.draw === draw);
      if (at >= 0) return page * pageSize + at;
    }
    return -1;
  }

  /** Asks for the rows from first to last that are not known yet. */
  ensure(first: number, last: number): void {
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page++) {
      if (this.underway.has(page) || (this.pages.has(page) && !this.outdated.has(page))) continue;
      void this.fetch(page);
    }
  }

  private async fetch(page: number): Promise<void> {
    const { generation, query } = this;
    this.underway.add(page);
    try {
      const { rows, ...facts } = await this.channel.request("items", {
        runs: [...this.runs],
        ...query!,
        offset: page * pageSize,
        limit: pageSize,
      });
      if (generation !== this.generation) return;
      this.pages.set(page, rows);
      this.outdated.delete(page);
      this.underway.delete(page);
      this.onRows(facts);
    } catch (error) {
      if (generation !== this.generation) return;
      this.underway.delete(page);
      this.onProblem(error);
    }
  }
}
