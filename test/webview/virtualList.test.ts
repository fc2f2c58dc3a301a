import assert from "node:assert/strict";
import { usePage } from "./page.ts";

describe("A long list", () => {
  usePage();

  async function makeList() {
    const { VirtualList } = await import("../../webview/components/virtualList.ts");
    const { h } = await import("../../webview/dom.ts");
    const selected: number[] = [];
    const list = new VirtualList({
      label: "Items",
      rowHeight: 32,
      cells: (index) => [h("span", { role: "gridcell" }, `item ${index}`)],
      onRange: () => undefined,
      onSelect: (index) => selected.push(index),
      onOpen: () => selected.push(-1),
    });
    document.body.append(list.element);
    list.setCount(10_000);
    const press = (key: string) => list.element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    return { list, selected, press };
  }

  it("draws fewer than 100 of 10,000 rows, and says how many there are", async () => {
    const { list } = await makeList();
    const rows = list.element.querySelectorAll("[data-index]");
    assert.ok(rows.length > 5 && rows.length < 100, String(rows.length));
    assert.equal(list.element.getAttribute("aria-rowcount"), "10001");
    assert.equal(rows[0]!.getAttribute("aria-rowindex"), "2");
  });

  it("goes by keys, and draws the row that it goes to", async () => {
    const { list, selected, press } = await makeList();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "End", "ArrowDown", "Home", "Enter"]) press(key);
    assert.deepEqual(selected, [0, 1, 0, 9999, 9999, 0, -1]);
    press("PageDown");
    assert.ok(selected.at(-1)! > 5);
    const active = document.getElementById(list.element.getAttribute("aria-activedescendant")!);
    assert.equal(active?.getAttribute("aria-selected"), "true");
    assert.equal(list.element.querySelectorAll('[aria-selected="true"]').length, 1);
  });
});
