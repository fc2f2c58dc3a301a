import assert from "node:assert/strict";
import { noNumber, numberCell } from "../../src/core/reports/cells.ts";
import { numberColumn, textColumn, type Table } from "../../src/core/reports/table.ts";
import { usePage } from "./page.ts";

describe("A table of a page", () => {
  usePage();

  const rows: Table["rows"] = [
    ["a", numberCell(0.0002, "0.0002")],
    ["b", numberCell(0.00009, "<0.0001")],
    ["c", noNumber()],
    ["d", numberCell(0.00001, "<0.0001")],
    ["e", numberCell(-3, "−3 of 7")],
  ];
  const table: Table = { columns: [textColumn("item"), numberColumn("p", "p (Holm)")], rows };

  async function make() {
    const { DataTable } = await import("../../webview/components/dataTable.ts");
    const drawn = new DataTable({ label: "Numbers", sortable: true, rowHeader: "item" });
    drawn.update(table);
    const press = (column: number) => drawn.element.querySelectorAll<HTMLElement>("button.sort")[column]!.click();
    const order = () => [...drawn.element.querySelectorAll("tbody th")].map(({ textContent }) => textContent).join("");
    return { drawn, press, order };
  }

  it("sorts by the values of cells, whatever their texts are, and puts cells without one last", async () => {
    const { press, order } = await make();
    press(1);
    assert.equal(order(), "abdec");
    press(1);
    assert.equal(order(), "edbac");
    press(1);
    assert.equal(order(), "abcde");
  });

  it("knows its columns by id: other titles, or columns that come before, change nothing", async () => {
    const { drawn, press, order } = await make();
    press(1);
    const columns = [numberColumn("n"), textColumn("item", "Frage"), numberColumn("p", "p (korrigiert)")];
    drawn.update({ columns, rows: rows.map((row) => [numberCell(1), ...row]) });
    assert.equal(order(), "abdec");
    const sorted = [...drawn.element.querySelectorAll("thead th")].map((th) => th.getAttribute("aria-sort"));
    assert.deepEqual(sorted, ["none", "none", "descending"]);
  });
});
