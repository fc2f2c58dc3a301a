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

let tabLists = 0;

/**
 * Tabs with their panels. Arrows, Home and End go from tab to tab; only the selected one is in the order of Tab.
 * A tab's content is made when it is first shown, and told of changes only while it is shown, or when it is again.
 */
export class Tabs {
  readonly list: HTMLElement;
  readonly panels: HTMLElement;
  private readonly tabs: ReadonlyMap<string, { button: HTMLElement; panel: HTMLElement; tab: Tab }>;
  private readonly contents = new Map<string, { content: TabContent; outdated: boolean }>();
  private current = "";

  constructor(
    label: string,
    tabs: readonly Tab[],
    private readonly onSelect: (id: string) => void,
  ) {
    const prefix = `tabs-${++tabLists}`;
    this.list = h("div", { role: "tablist", "aria-label": label, class: "tabs", onkeydown: this.onKey });
    this.panels = h("div", { class: "tab-panels" });
    this.tabs = new Map(
      tabs.map((tab) => {
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
        return [tab.id, { button, panel, tab }];
      }),
    );
  }

  /** Whether there is a tab of this name. */
  has(id: string): boolean {
    return this.tabs.has(id);
  }

  get selected(): string {
    return this.current;
  }

  select(id: string): void {
    if (!this.tabs.has(id) || id === this.current) return;
    this.current = id;
    for (const [name, { button, panel }] of this.tabs) {
      const selected = name === id;
      button.setAttribute("aria-selected", String(selected));
      button.tabIndex = selected ? 0 : -1;
      panel.hidden = !selected;
    }
    this.show(id);
    this.onSelect(id);
  }

  /** Says that the data has changed: the shown tab takes it in now, the others when they are shown. */
  refresh(): void {
    for (const [id, state] of this.contents) {
      if (id === this.current) state.content.refresh?.();
      else state.outdated = true;
    }
  }

  private show(id: string): void {
    const state = this.contents.get(id);
    if (state === undefined) {
      const { panel, tab } = this.tabs.get(id)!;
      const content = tab.open();
      this.contents.set(id, { content, outdated: false });
      panel.append(content.element);
    } else if (state.outdated) {
      state.outdated = false;
      state.content.refresh?.();
    }
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const ids = [...this.tabs.keys()];
    const at = ids.indexOf(this.current);
    const target = {
      ArrowRight: (at + 1) % ids.length,
      ArrowLeft: (at + ids.length - 1) % ids.length,
      Home: 0,
      End: ids.length - 1,
    }[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.select(ids[target]!);
    this.tabs.get(ids[target]!)!.button.focus();
  };
}
