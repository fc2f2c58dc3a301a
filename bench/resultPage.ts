/**
 * The page of a saved result in a real VS Code, with the package as it is installed: how long it takes until the table is on
 * the screen, and how long the page is busy at a time while somebody scrolls through the items. Limits are ratios to the
 * same with few items: neither may grow with their number.
 *
 * Usage: npm run package && npx tsx bench/resultPage.ts
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Frame } from "playwright-core";
import { repository } from "../test/e2e/codeServer.ts";
import { Workbench } from "../test/e2e/page/workbench.ts";
import { makeLargeRun } from "../test/support/largeRun.ts";
import { until } from "../test/support/until.ts";

const few = 200;
const many = 10_000;
const rounds = 3;
/** In times of what the same takes with few items. */
const limits = { table: 1.5, scrolling: 2 };

/** Notebooks with the saved result of a run each, by the number of its items. */
async function prepareWorkspace(folder: string): Promise<void> {
  for (const count of [few, many]) {
    const run = path.basename(await makeLargeRun(folder, count));
    const result = `<!-- medley:result runs=${run} cell=0123456789abcdef -->\n\n| n |\n|--:|\n| ${count} |\n\n<!-- /medley:result -->`;
    const cell = "```mcqa\nbenchmark: large.jsonl\nmodels: model.gguf\n```";
    await writeFile(path.join(folder, `items-${count}.mcqa.md`), `${cell}\n\n${result}\n`);
  }
}

/** What the page of a result tells of itself to this measurement. */
interface Watched {
  medleyShown?: number;
}

/** Runs in every page before its own scripts: notes when the table of a result is drawn. */
function watch(): void {
  const page = globalThis as unknown as Watched;
  const original = Object.getOwnPropertyDescriptor(Element.prototype, "attachShadow")!.value as () => ShadowRoot;
  Element.prototype.attachShadow = function (this: Element, ...init) {
    const root = Reflect.apply(original, this, init) as ShadowRoot;
    const look = new MutationObserver(() => {
      if (page.medleyShown !== undefined || root.querySelector("table.data tbody tr") === null) return;
      look.disconnect();
      // The frame after the next one shows what is there now.
      requestAnimationFrame(() => requestAnimationFrame(() => (page.medleyShown = performance.now())));
    });
    look.observe(root, { childList: true, subtree: true });
    return root;
  };
}

/** The page that a result has been drawn in. */
function resultFrame({ page }: Workbench): Promise<Frame> {
  const isShown = () => (globalThis as unknown as Watched).medleyShown !== undefined;
  return until("the table of the result", async () => {
    for (const frame of page.frames()) if (await frame.evaluate(isShown).catch(() => false)) return frame;
    return undefined;
  });
}

/** Milliseconds from the moment when the editor asks for our page until its table is on the screen. */
async function timeToTable(frame: Frame): Promise<number> {
  return frame.evaluate(() => {
    const [own] = performance.getEntriesByType("resource").filter(({ name }) => name.includes("dist/webview/renderer"));
    if (own === undefined) throw new Error("The page did not load the renderer.");
    return (globalThis as unknown as Watched).medleyShown! - own.startTime;
  });
}

/** Scrolls a list by its height again and again, as fast as frames come. Milliseconds of the longest frame. */
async function scroll(element: Element): Promise<number> {
  let longest = 0;
  let last = await new Promise<number>(requestAnimationFrame);
  for (let step = 0; step < 60; step++) {
    element.scrollTop = (element.scrollTop + 400) % element.scrollHeight;
    const now = await new Promise<number>(requestAnimationFrame);
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}

/** The least of a few rounds, which is the nearest to what the page itself needs. */
async function measure(workbench: Workbench, count: number): Promise<{ table: number; scrolling: number }> {
  let table = Infinity;
  let scrolling = Infinity;
  for (let round = 0; round < rounds; round++) {
    await workbench.runCommand("View: Close All Editors");
    await workbench.openFile(`items-${count}.mcqa.md`);
    const frame = await resultFrame(workbench);
    table = Math.min(table, await timeToTable(frame));
    await frame.locator(".result-view").getByRole("tab", { name: "Items" }).click();
    const grid = frame.locator(".result-view").getByRole("grid", { name: "Items" });
    await grid.getByText("q-3", { exact: true }).waitFor();
    scrolling = Math.min(scrolling, await grid.evaluate(scroll));
  }
  console.log(`${count} items: table after ${table.toFixed(0)} ms, longest frame ${scrolling.toFixed(0)} ms`);
  return { table, scrolling };
}

const { version } = JSON.parse(await readFile(path.join(repository, "package.json"), "utf8")) as { version: string };
const extensionPackage = path.join(repository, `out/package/medley-${version}-linux-x64.vsix`);
const workbench = await Workbench.open({ extensionPackage, prepareWorkspace });
try {
  // What compiles this marks functions with their names, by a function that pages lack.
  await workbench.page.addInitScript("globalThis.__name = (named) => named;");
  await workbench.page.addInitScript(watch);
  const small = await measure(workbench, few);
  const large = await measure(workbench, many);
  for (const what of ["table", "scrolling"] as const) {
    const ratio = large[what] / small[what];
    console.log(`${what}: ${ratio.toFixed(2)} times as long (limit ${limits[what]})`);
    if (ratio > limits[what]) process.exitCode = 1;
  }
} finally {
  await workbench.close();
}
