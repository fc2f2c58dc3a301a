import { fill, h, type Child } from "../dom.ts";

export interface VirtualListOptions {
  readonly label: string;
  /** Pixels; must be what the style sheet says. */
  readonly rowHeight: number;
  /** Cells of a row, or undefined while it is not known yet. */
  readonly cells: (index: number) => readonly HTMLElement[] | undefined;
  /** Rows that are about to be seen. */
  readonly onRange: (first: number, last: number) => void;
  readonly onSelect: (index: number) => void;
  /** Enter: the reader wants to see more of the selected row. */
  readonly onOpen: () => void;
}

/** Rows drawn beyond the visible ones on each side, so that scrolling by keys and wheel shows no gap. */
const margin = 8;

/** What is assumed before the page is laid out, in pixels. */
const usualHeight = 420;

let lists = 0;

/**
 * A grid of which only the visible rows exist. Up, Down, Page Up, Page Down, Home and End select a row and keep it in
 * view; the grid itself has the focus.
 */
export class VirtualList {
  /** The element that scrolls. */
  readonly element: HTMLElement;
  private readonly header = h("div", { role: "rowgroup", class: "list-header" });
  private readonly rows = h("div", { role: "rowgroup", class: "list-rows" });
  private readonly drawn = new Map<number, HTMLElement>();
  private readonly prefix = `list-${++lists}`;
  private count = 0;
  private selectedRow = -1;
  private scheduled = false;

  constructor(private readonly options: VirtualListOptions) {
    this.element = h(
      "div",
      {
        class: "virtual-list",
        role: "grid",
        tabindex: 0,
        "aria-label": options.label,
        onscroll: () => this.schedule(),
        onkeydown: this.onKey,
      },
      this.header,
      this.rows,
    );
    this.rows.addEventListener("click", (event) => {
      const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
      if (row !== null) this.select(Number(row.dataset["index"]));
    });
    new ResizeObserver(() => this.schedule()).observe(this.element);
  }

  get selected(): number {
    return this.selectedRow;
  }

  setHeader(cells: readonly Child[]): void {
    fill(this.header, h("div", { role: "row", "aria-rowindex": 1, class: "list-row header" }, cells));
  }

  setCount(count: number): void {
    this.count = count;
    this.element.setAttribute("aria-rowcount", String(count + 1));
    this.rows.style.height = `${count * this.options.rowHeight}px`;
    if (this.selectedRow >= count) this.mark(-1);
    this.redraw();
  }

  /** Draws the rows anew: what they show has changed, or is now known. */
  redraw(): void {
    for (const [index, row] of this.drawn) {
      if (index < this.count) this.drawRow(row, index);
    }
    this.draw();
  }

  /** Selects a row and brings it into view. */
  select(index: number): void {
    if (index < 0 || index >= this.count) return;
    this.mark(index);
    this.reveal(index);
    this.draw();
    this.options.onSelect(index);
  }

  /** Marks a row as selected without saying so, or none. */
  mark(index: number): void {
    this.drawn.get(this.selectedRow)?.setAttribute("aria-selected", "false");
    this.selectedRow = index;
    this.drawn.get(index)?.setAttribute("aria-selected", "true");
    if (index < 0) this.element.removeAttribute("aria-activedescendant");
    else this.element.setAttribute("aria-activedescendant", this.rowId(index));
  }

  scrollToTop(): void {
    this.element.scrollTop = 0;
  }

  private rowId(index: number): string {
    return `${this.prefix}-${index}`;
  }

  private get viewHeight(): number {
    return this.element.clientHeight || usualHeight;
  }

  private reveal(index: number): void {
    const { rowHeight } = this.options;
    const top = index * rowHeight;
    const { scrollTop } = this.element;
    // The header stays at the top and covers one row.
    const visible = this.viewHeight - rowHeight;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + rowHeight > scrollTop + visible) this.element.scrollTop = top + rowHeight - visible;
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.draw();
    });
  }

  private draw(): void {
    const { rowHeight } = this.options;
    const first = Math.max(0, Math.floor(this.element.scrollTop / rowHeight) - margin);
    const last = Math.min(this.count - 1, Math.ceil((this.element.scrollTop + this.viewHeight) / rowHeight) + margin);
    for (const [index, row] of this.drawn) {
      if (index >= first && index <= last) continue;
      // The row that has the screen reader's attention stays while it is selected.
      if (index === this.selectedRow && index < this.count) continue;
      row.remove();
      this.drawn.delete(index);
    }
    for (let index = first; index <= last; index++) this.ensureRow(index);
    if (last >= first) this.options.onRange(first, last);
  }

  private ensureRow(index: number): void {
    if (this.drawn.has(index)) return;
    const row = h("div", {
      role: "row",
      class: "list-row",
      id: this.rowId(index),
      "data-index": index,
      "aria-rowindex": index + 2,
      "aria-selected": String(index === this.selectedRow),
    });
    row.style.transform = `translateY(${index * this.options.rowHeight}px)`;
    this.drawRow(row, index);
    this.drawn.set(index, row);
    this.rows.append(row);
  }

  private drawRow(row: HTMLElement, index: number): void {
    const cells = this.options.cells(index);
    row.classList.toggle("unknown", cells === undefined);
    fill(row, cells);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.target !== this.element || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.viewHeight / this.options.rowHeight) - 2);
    const at = this.selectedRow;
    const target = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: this.count - 1,
    }[event.key];
    if (target === undefined && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (target === undefined) {
      if (at >= 0) this.options.onOpen();
      return;
    }
    this.select(Math.min(this.count - 1, Math.max(0, target)));
  };
}
