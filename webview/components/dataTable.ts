import type { Table } from "../../src/core/reports/table.ts";
import { fill, h, type Child } from "../dom.ts";

export interface DataTableOptions {
  /** What screen readers call the table. */
  readonly label: string;
  /** Title of the column whose cells name their rows. */
  readonly rowHeader?: string;
  /** Read by screen readers after text that stands out: why it does. */
  readonly emphasis?: (row: number, column: number) => string;
  readonly rowClass?: (row: number) => string;
  /** Something more than the cell's text. Undefined: the text alone. */
  readonly cell?: (text: string, row: number, column: number) => Child;
  readonly sortable?: boolean;
}

interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

/** A table of finished text that a reader can sort by the buttons in its header. Rows are changed in place. */
export class DataTable {
  readonly element: HTMLElement;
  private readonly head = h("thead");
  private readonly body = h("tbody");
  private titles = "";
  private table: Table = { columns: [], rows: [] };
  private sorting: Sorting | undefined;

  constructor(private readonly options: DataTableOptions) {
    this.element = h(
      "div",
      { class: "table-scroll", tabindex: 0, role: "region", "aria-label": options.label },
      h("table", { class: "data", "aria-label": options.label }, this.head, this.body),
    );
  }

  update(table: Table): void {
    this.table = table;
    const titles = JSON.stringify(table.columns);
    if (titles !== this.titles) {
      this.titles = titles;
      if (this.sorting !== undefined && this.sorting.column >= table.columns.length) this.sorting = undefined;
      this.drawHead();
    }
    this.drawBody();
  }

  private drawHead(): void {
    const { columns } = this.table;
    fill(
      this.head,
      h(
        "tr",
        {},
        columns.map(({ title, align }, column) =>
          h(
            "th",
            { scope: "col", class: align, "aria-sort": this.options.sortable ? "none" : undefined },
            this.options.sortable
              ? h(
                  "button",
                  { type: "button", class: "sort", onclick: () => this.sortBy(column) },
                  h("span", {}, wordsOf(title)),
                  h("span", { class: "sort-mark", "aria-hidden": "true" }),
                )
              : title,
          ),
        ),
      ),
    );
    this.markSorting();
  }

  /** First the natural direction (numbers: largest first), then the other, then the table's own order. */
  private sortBy(column: number): void {
    const natural = this.table.columns[column]!.align === "right";
    if (this.sorting?.column !== column) this.sorting = { column, descending: natural };
    else if (this.sorting.descending === natural) this.sorting = { column, descending: !natural };
    else this.sorting = undefined;
    this.markSorting();
    this.drawBody();
  }

  private markSorting(): void {
    if (!this.options.sortable) return;
    for (const [column, heading] of [...this.head.querySelectorAll("th")].entries()) {
      const direction = this.sorting?.column !== column ? "none" : this.sorting.descending ? "descending" : "ascending";
      heading.setAttribute("aria-sort", direction);
    }
  }

  private drawBody(): void {
    const { rows } = this.table;
    fill(
      this.body,
      sortedRows(rows, this.sorting).map((row) =>
        h(
          "tr",
          { class: this.options.rowClass?.(row) || undefined },
          rows[row]!.map((text, column) => this.drawCell(text, row, column)),
        ),
      ),
    );
  }

  private drawCell(text: string, row: number, column: number): HTMLElement {
    const { rowHeader, cell, emphasis } = this.options;
    const { align, title } = this.table.columns[column]!;
    const content = cell?.(text, row, column) ?? text;
    const emphasized = this.table.emphasized?.has(`${row}:${column}`) ?? false;
    const reason = emphasized ? emphasis?.(row, column) : undefined;
    return h(
      title === rowHeader ? "th" : "td",
      { class: align, scope: title === rowHeader ? "row" : undefined, title: reason },
      emphasized ? h("strong", {}, content) : content,
      reason === undefined ? undefined : h("span", { class: "for-screen-readers" }, ` (${reason})`),
    );
  }
}

/** A heading breaks between its words only. */
function wordsOf(title: string): Child[] {
  return title.split(" ").flatMap((word, index) => [index > 0 && " ", h("span", { class: "word" }, word)]);
}

/** Indices of the rows in the order to show. Equal rows keep their order; what has no number comes last. */
export function sortedRows(rows: readonly (readonly string[])[], sorting: Sorting | undefined): number[] {
  const indices = rows.map((_, index) => index);
  if (sorting === undefined) return indices;
  const { column, descending } = sorting;
  const direction = descending ? -1 : 1;
  const numeric = rows.every((row) => /^–?$/.test(row[column]!) || leadingNumber(row[column]!) !== undefined);
  const compare = (a: string, b: string): number => {
    if (!numeric) return direction * a.localeCompare(b, "en", { numeric: true });
    const [first, second] = [leadingNumber(a), leadingNumber(b)];
    if (first === undefined || second === undefined) return Number(first === undefined) - Number(second === undefined);
    return direction * (first - second);
  };
  return indices.sort((a, b) => compare(rows[a]![column]!, rows[b]![column]!) || a - b);
}

/** The number that a cell begins with: `0.250 ± 0.010`, `+0.1`, `−0.05`, `<0.0001`, `0–3`. */
function leadingNumber(text: string): number | undefined {
  const match = /^<?([+−-]?\d+(?:\.\d+)?)(?=$|[^\p{L}\d._-])/u.exec(text);
  return match === null ? undefined : Number(match[1]!.replace("−", "-"));
}
