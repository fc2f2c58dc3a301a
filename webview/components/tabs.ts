import { h } from "../dom.ts";
import { plainButton } from "./toolkit.ts";

export interface Tab {
  readonly id: string;
  readonly label: string;
  /** Made when the tab is first shown. */
  readonly open: () => TabContent;
}

export interface TabContent {
  readonly element: HTMLElement;
  /** The data has changed while the tab is shown, or had been shown before. */
  refresh?(): void;
}

interface MadeTab {
  readonly tab: Tab;
  readonly button: HTMLElement;
  readonly panel: HTMLElement;
  /** Absent until the tab is first selected. */
  shown?: { readonly content: TabContent; outdated: boolean };
}

let tabLists = 0;

/**
 * Tabs with their panels. Arrows, Home and End go from tab to tab; only the selected one is in the order of Tab.
 * A tab's content is made when it is first shown, and told of changes only while it is shown, or when it is again.
 */
export class Tabs {
  readonly list: HTMLElement;
  readonly panels: HTMLElement;
  private readonly tabs: readonly MadeTab[];
  private current: MadeTab | undefined;

  constructor(
    label: string,
    tabs: readonly Tab[],
    private readonly onSelect: (id: string) => void,
  ) {
    const prefix = `tabs-${++tabLists}`;
    this.list = h("div", { role: "tablist", "aria-label": label, class: "tabs", onkeydown: this.onKey });
    this.panels = h("div", { class: "tab-panels" });
    this.tabs = tabs.map((tab) => {
      const names = { tab: `${prefix}-${tab.id}`, panel: `${prefix}-${tab.id}-panel` };
      const button = plainButton(tab.label, {
        role: "tab",
        id: names.tab,
        class: "tab",
        "aria-controls": names.panel,
        "aria-selected": "false",
        tabindex: -1,
        onclick: () => this.select(tab.id),
      });
      const panel = h("div", {
        role: "tabpanel",
        id: names.panel,
        class: `tab-panel ${tab.id}`,
        "aria-labelledby": names.tab,
        hidden: true,
      });
      this.list.append(button);
      this.panels.append(panel);
      return { tab, button, panel };
    });
  }

  /** Whether there is a tab of this name. */
  has(id: string): boolean {
    return this.tabs.some(({ tab }) => tab.id === id);
  }

  get selected(): string {
    return this.current?.tab.id ?? "";
  }

  select(id: string): void {
    const chosen = this.tabs.find(({ tab }) => tab.id === id);
    if (chosen === undefined || chosen === this.current) return;
    this.current = chosen;
    for (const made of this.tabs) {
      const { button, panel } = made;
      const selected = made === chosen;
      button.setAttribute("aria-selected", String(selected));
      button.tabIndex = selected ? 0 : -1;
      panel.hidden = !selected;
    }
    show(chosen);
    this.onSelect(id);
  }

  /** Says that the data has changed: the shown tab takes it in now, the others when they are shown. */
  refresh(): void {
    for (const { tab, shown } of this.tabs) {
      if (tab === this.current?.tab) shown?.content.refresh?.();
      else if (shown !== undefined) shown.outdated = true;
    }
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const { length } = this.tabs;
    const at = this.tabs.findIndex((made) => made === this.current);
    const target = { ArrowRight: (at + 1) % length, ArrowLeft: (at + length - 1) % length, Home: 0, End: length - 1 };
    const next = this.tabs[target[event.key as keyof typeof target]];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.select(next.tab.id);
    next.button.focus();
  };
}

function show(made: MadeTab): void {
  if (made.shown === undefined) {
    const content = made.tab.open();
    made.shown = { content, outdated: false };
    made.panel.append(content.element);
  } else if (made.shown.outdated) {
    made.shown.outdated = false;
    made.shown.content.refresh?.();
  }
}
