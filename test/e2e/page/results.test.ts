import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { cli } from "../../support/cli.ts";
import { holdRun } from "../../support/holdRun.ts";
import { until } from "../../support/until.ts";
import { repository } from "../codeServer.ts";
import { resultPages, type Item } from "./resultPages.ts";
import { evaluate, hostileTexts, prepareWorkspace } from "./resultsWorkspace.ts";
import { useWorkbench } from "./workbench.ts";

const tabs = ["Results", "Charts", "Subjects", "Comparison", "Items", "Export"];

/** The library of buttons and fields tries an empty style element of its own; webview/style.css stands in for it. */
const hashOfNothing = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

function isUnexpected(refusal: string): boolean {
  return !refusal.includes(hashOfNothing);
}

describe("The pages of a result", () => {
  const workbench = useWorkbench({ prepareWorkspace });
  const refused: string[] = [];
  const requested: string[] = [];
  const failed = new Map<string, string | undefined>();

  const {
    page,
    folder,
    panel,
    row,
    tab,
    frame,
    openTab,
    colorTheme,
    accessibilityProblems,
    itemsOf,
    runNamed,
    read,
    shows,
    focusOn,
    choose,
    focusOnItems,
    save,
    injectedNothing,
  } = resultPages(workbench);

  before(async () => {
    page().on("console", (message) => {
      if (/Content Security Policy|Refused to/i.test(message.text())) refused.push(message.text());
    });
    page().on("requestfailed", (request) => failed.set(request.url(), request.failure()?.errorText));
    page().on("request", (request) => requested.push(request.url()));
    await workbench().runCommand("Medley: Focus on Runs View");
  });

  it("open from the Runs view, for one run and for several that are selected", async () => {
    await row(/tiny.gguf.*finished/).click();
    await panel()
      .getByRole("row", { name: /sample average 0\.\d{3}/ })
      .waitFor();
    const headings = await panel().getByRole("columnheader").allInnerTexts();
    for (const heading of ["benchmark", "result", "95 % interval", "n", "invalid", "unconstrained", "ECE", "tokens/s"])
      assert.ok(headings.includes(heading), `${heading} in ${headings.join(", ")}`);
    assert.equal(await tab("Comparison").count(), 0);
    const marks = await (await frame()).evaluate("performance.getEntriesByName('medley:table').length");
    assert.equal(marks, 1);
    await workbench().screenshot("results-one-run");

    await row(/tiny.gguf.*finished/).focus();
    await row(/other.gguf.*finished/).click({ modifiers: ["Control"] });
    await row(/other.gguf.*finished/).click({ button: "right" });
    await page().getByRole("menuitem", { name: "Compare" }).hover();
    await page().keyboard.press("Enter");
    await tab("Comparison").waitFor();
  });

  it("say that rows were changed after the end of a run, and which, until they are as they were", async () => {
    const items = folder(`runs/${await runNamed(/ar-tiny\.gguf/)}/items.jsonl`);
    const rows = await readFile(items, "utf8");
    const notice = panel().locator(".notices", {
      hasText: /items\.jsonl was changed after the run ended: 1 row is missing/,
    });
    try {
      await writeFile(items, rows.slice(rows.indexOf("\n") + 1));
      await openTab("Results");
      await notice.waitFor();
      await workbench().screenshot("results-changed");
    } finally {
      // The tests after this one read the same run.
      await writeFile(items, rows);
    }
    await notice.waitFor({ state: "detached" });
  });

  it("can be read in every theme, by everyone", async () => {
    await page().keyboard.press("Control+B");
    const problems: string[] = [];
    for (const [name, kind, short] of [
      ["Light Modern", "vs", "light"],
      ["Default High Contrast", "hc-black", "contrast"],
      ["Dark Modern", "vs-dark", "dark"],
    ] as const) {
      await colorTheme(name, kind);
      for (const each of tabs) {
        await openTab(each);
        if (each === "Items") {
          await focusOnItems();
          await page().keyboard.press("ArrowDown");
          await panel()
            .getByRole("button", { name: /^Show prompt of/ })
            .first()
            .waitFor();
        }
        if (each === "Charts") await panel().locator("svg[role=img]").nth(4).waitFor();
        await workbench().screenshot(`results-${short}-${each.toLowerCase()}`);
        for (const problem of await accessibilityProblems()) problems.push(`${short}, ${each}: ${problem}`);
      }
    }
    assert.deepEqual(problems, []);
  });

  it("list items by keys alone: filters, order, search, the item and its prompt", async () => {
    await tab("Results").click();
    for (let at = 0; at < tabs.indexOf("Items"); at++) await page().keyboard.press("ArrowRight");
    const [first, second] = await itemsOf("sample-medmcqa");
    const count = (test: (right: boolean[], item: Item) => boolean): number =>
      first!.filter((item, index) => test([item.correct, second![index]!.correct], item)).length;
    await choose("Benchmark", "sample-medmcqa");
    await shows(20);
    await choose("Which items", "Wrong");
    await shows(count((right) => right.includes(false)));
    await choose("Judged by the run", "in 2: other.gguf");
    await shows(count(([, right]) => !right));
    await choose("Which items", "Right");
    await shows(count(([, right]) => right!));
    await choose("Which items", "Flipped between runs");
    await shows(count(([one, other]) => one !== other));
    await choose("Which items", "Invalid answer");
    await shows(0);
    await choose("Which items", "All items");
    const { subject } = first!.find((item) => item.subject !== undefined)!;
    await choose("Subject", subject!);
    await shows(count((_, item) => item.subject === subject));
    await choose("Subject", "All subjects");
    await choose("Order", "Most confident first in 1: tiny.gguf");
    const confidences = (): Promise<number[]> =>
      panel()
        .locator(".list-rows .list-row")
        .evaluateAll((rows) =>
          rows
            .sort((a, b) => Number(a.getAttribute("data-index")) - Number(b.getAttribute("data-index")))
            .map((each) => Number(each.querySelector(".answer .quiet")!.textContent)),
        );
    await until("items in falling order", async () => {
      const shown = await confidences();
      return shown.every((value, index) => index === 0 || value <= shown[index - 1]!);
    });
    await choose("Order", "Order of evaluation");
    await focusOn("Search");
    await page().keyboard.type(first![3]!.item);
    await shows(1);
    await focusOn("Items");
    await page().keyboard.press("ArrowDown");
    await panel().getByRole("heading", { name: first![3]!.item }).waitFor();
    await page().keyboard.press("Enter");
    await focusOn("Show prompt of tiny.gguf");
    await page().keyboard.press("Enter");
    const prompt = panel().getByLabel("Prompt", { exact: true });
    const tokens = first![3]!.promptTokens;
    await until(`${tokens} tokens`, async () => (await prompt.locator(".token").count()) === tokens);
    const shots = panel().getByRole("row", { name: /^few-shot examples/ });
    assert.match(await shots.innerText(), new RegExp(`1: ${first![3]!.shots[0]}`));
    await workbench().screenshot("results-prompt");
  });

  it("lay Arabic out from right to left", async () => {
    await focusOn("Search", "Shift+Tab");
    await page().keyboard.press("Control+A");
    await page().keyboard.press("Delete");
    await choose("Benchmark", "mmlu-anatomy-ar");
    await shows(4);
    await focusOn("Items");
    await page().keyboard.press("ArrowDown");
    const question = panel().locator("p.question");
    await question.waitFor();
    assert.equal(await question.evaluate((element) => getComputedStyle(element).direction), "rtl");
    assert.equal(await panel().locator(".list-row[aria-selected=true] .question bdi").getAttribute("dir"), "rtl");
    await panel().getByRole("button", { name: "Show prompt of tiny.gguf" }).click();
    await panel().locator(".token").nth(20).waitFor();
    await workbench().screenshot("results-arabic");
  });

  it("save what the command line writes, charts and a report", async () => {
    await workbench().runCommand("Medley: Focus on Runs View");
    await row(/tiny.gguf.*finished/).click();
    await panel()
      .getByRole("row", { name: /sample average/ })
      .waitFor();
    await openTab("Export");
    const run = await runNamed(/ar-tiny\.gguf/);
    for (const [label, format, extension] of [
      ["CSV", "csv", "csv"],
      ["LaTeX (booktabs)", "latex", "tex"],
      ["Markdown", "markdown", "md"],
    ] as const) {
      await save(`Save the table as ${label}`, `page.${extension}`);
      await cli(["report", run, "--format", format, "--output", `cli.${extension}`], { cwd: folder() });
      assert.equal(await read(`page.${extension}`), await read(`cli.${extension}`));
    }
    await mkdir(folder("charts"));
    await save("Save all charts as SVG", "charts/", /files saved in/);
    const names = (await readdir(folder("charts"))).sort();
    assert.deepEqual(names, ["forest.svg", "positionBias.svg", "reliability.svg", "subjects.svg"]);
    for (const name of names) assert.match(await read(`charts/${name}`), /^<\?xml[^>]*>\n<svg [^>]*role="img"/);
    await save("Save the report as HTML", "page.html");
    const html = await read("page.html");
    assert.equal(html.match(/<svg /g)!.length, 4);
    await openTab("Charts");
    await save("Save SVG of the chart Reliability", "one.svg");
    assert.equal(await read("one.svg"), await read("charts/reliability.svg"));
    await workbench().screenshot("results-saved");
    await page().locator(".tabs-container").getByText("2 runs", { exact: true }).click();
    await openTab("Export");
    await choose("Table to export", "Comparison");
    await save("Save the table as CSV", "pair.csv");
    const pair = [run, await runNamed(/other\.gguf/)];
    await cli(["compare", ...pair, "--format", "csv", "--output", "cli-pair.csv"], { cwd: folder() });
    assert.equal(await read("pair.csv"), await read("cli-pair.csv"));
  });

  it("show hostile text as the text that it is, here and in every file", async () => {
    await workbench().runCommand("Medley: Focus on Runs View");
    await row(/fugg\.gguf/).click();
    await panel()
      .getByRole("row", { name: /hostile\.jsonl/ })
      .waitFor();
    await workbench().screenshot("results-hostile-table");
    for (const each of tabs.filter((name) => name !== "Comparison")) {
      await openTab(each);
      await injectedNothing();
    }
    await openTab("Items");
    await focusOnItems();
    for (const text of hostileTexts) {
      await page().keyboard.press("ArrowDown");
      const start = text.slice(0, 20).replace(/\p{C}.*/u, "");
      await panel().locator("p.question", { hasText: start }).waitFor();
      await injectedNothing();
      if (text.startsWith("\u202E")) await workbench().screenshot("results-hostile-item");
    }
    await page().keyboard.press("Home");
    await panel().locator("p.question", { hasText: "<script>" }).waitFor();
    await panel()
      .getByRole("button", { name: /^Show prompt of/ })
      .click();
    await panel().locator(".token").nth(20).waitFor();
    await injectedNothing();
    await openTab("Export");
    for (const [label, extension] of [
      ["CSV", "csv"],
      ["LaTeX (booktabs)", "tex"],
      ["Markdown", "md"],
    ] as const)
      await save(`Save the table as ${label}`, `hostile.${extension}`);
    await save("Save the report as HTML", "hostile.html");
    for (const line of (await read("hostile.csv")).trim().split("\n").slice(1)) assert.match(line, /^"?'=cmd/);
    assert.match(
      await read("hostile.md"),
      /\| \\=cmd\\\|'x'!A0 &lt;img src=x onerror=top\.hacked=1>&amp;amp;U\+202Efugg\.gguf \|/,
    );
    assert.match(await read("hostile.tex"), /=cmd\\textbar\{\}'x'!A0 \\textless\{\}img/);
    const html = await read("hostile.html");
    assert.doesNotMatch(html, /<(script|img|iframe|link)|\bon\w+="|href=/i);
    const file = await page().context().newPage();
    await file.goto(`file://${folder("page.html")}`);
    await file.screenshot({ path: path.join(repository, "test/e2e/screenshots/report-html.png") });
    await file.goto(`file://${folder("hostile.html")}`);
    assert.equal(await file.evaluate("globalThis.hacked"), undefined);
    assert.equal(await file.locator("img, script, iframe").count(), 0);
    await file.close();
    assert.deepEqual(
      requested.filter((url) => url.includes("example.invalid")),
      [],
    );
    assert.deepEqual(refused.filter(isUnexpected), [], "no policy had to step in");
  });

  it("have messages that nobody agreed on refused, run no other script, and reach no network", async () => {
    const inside = await frame();
    await inside.evaluate("globalThis.heard = []; addEventListener('message', ({ data }) => heard.push(data))");
    for (const message of [
      { type: "eval", id: 4711 },
      { type: "report", id: 4711, runs: ["../../etc"] },
      { type: "save", id: 4711, name: "x", format: "exe", text: "" },
      { type: "openLog", id: 4711, more: 1 },
    ]) {
      const posted = JSON.stringify({ message });
      await inside.parentFrame()!.evaluate(`globalThis["__vscode_post_message__"]("onmessage", ${posted})`);
    }
    const heard = () =>
      inside.evaluate("heard.filter(({ id }) => id === 4711)") as Promise<{ ok: boolean; error: object }[]>;
    await until("four answers", async () => (await heard()).length >= 4);
    const answers = await heard();
    for (const { ok, error } of answers) {
      assert.equal(ok, false);
      assert.match(JSON.stringify(error), /asked for something that Medley does not know.*message\.invalid/);
    }
    const policy = await inside.evaluate("document.querySelector('meta[http-equiv]').content");
    assert.match(String(policy), /^default-src 'none'; script-src 'nonce-[^']+'; style-src (?!.*unsafe)/);
    await inside.evaluate(`{
      const script = document.createElement("script");
      script.textContent = "globalThis.hacked = 1";
      const picture = document.createElement("img");
      picture.src = "https://example.invalid/z.png";
      document.body.append(script, picture);
    }`);
    const reached = await inside.evaluate("fetch('https://example.invalid/').then(() => true, () => false)");
    assert.equal(reached, false);
    assert.equal(await inside.evaluate("globalThis.hacked"), undefined);
    for (const what of [/inline script/, /z\.png/, /example\.invalid\/'/])
      assert.ok(
        refused.some((text) => what.test(text)),
        `${what} in ${refused.join("\n")}`,
      );
    assert.equal(failed.get("https://example.invalid/z.png"), "csp");
  });

  it("follow a run at work, and come back after a reload of the window", async () => {
    const args = ["--model", "models/tiny.gguf", "--benchmark", "sample", "--protocol", "lm-eval", "--shots", "2"];
    const before = await readdir(folder("runs"));
    await evaluate(folder(), ...args, "--detach");
    const [run] = (await readdir(folder("runs"))).filter((name) => !before.includes(name));
    const { release } = await holdRun(folder(`runs/${run}`));
    await workbench().runCommand("Medley: Focus on Runs View");
    await row(/tiny.gguf.*running, \d+\/\d+ items/).click();
    await panel().getByText("partial", { exact: true }).first().waitFor();
    await page().mouse.move(1000, 700);
    await workbench().screenshot("results-growing");
    release();
    await panel().getByText("partial", { exact: true }).first().waitFor({ state: "detached" });
    await panel()
      .getByRole("row", { name: /sample average .* 120 0/ })
      .waitFor();
    await openTab("Charts");
    await panel().locator("svg[role=img]").first().waitFor();
    // Hidden and shown again, the page is built anew and finds what was chosen.
    await page().locator(".tabs-container").getByText("2 runs", { exact: true }).click();
    await tab("Comparison").waitFor();
    await page().locator(".tabs-container").getByText("sample · tiny.gguf · lm-eval").click();
    await panel().getByRole("tab", { name: "Charts", selected: true }).waitFor();
    await workbench().reloadWindow();
    await panel().getByRole("tab", { name: "Charts", selected: true }).waitFor();
    await openTab("Results");
    await panel()
      .getByRole("row", { name: /sample average .* 120 0/ })
      .waitFor();
  });

  it("lie in a folder that the Runs view reveals", async () => {
    await workbench().runCommand("Medley: Focus on Runs View");
    await row(/other.gguf.*finished/).click({ button: "right" });
    await page().getByRole("menuitem", { name: "Reveal" }).hover();
    await page().keyboard.press("Enter");
    await page()
      .locator(".explorer-folders-view .monaco-list-row.focused", { hasText: await runNamed(/other\.gguf/) })
      .waitFor();
  });

  it("show the saved table in a notebook whose run folder is gone", async () => {
    await workbench().openFile("gone.mcqa.md");
    await panel().getByText("The run folder 20200101-000000-evaluation-gone is gone.").waitFor();
    await panel().getByRole("cell", { name: "saved.gguf" }).waitFor();
    await workbench().screenshot("results-gone");
  });
});
