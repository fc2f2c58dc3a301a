import assert from "node:assert/strict";
import type { PlanNotification, PlanPageContract, PlanPanelState } from "../../src/core/merge/plan/view/messages.ts";
import type { MergeView, ViewBlock } from "../../src/core/merge/plan/view/schema.ts";
import type { Channel } from "../../webview/messaging.ts";
import { usePage } from "./page.ts";

const hostile = `<img src=x onerror="globalThis.hacked=1">\u202Egpj.exe`;

function layer(number: number, model: number): ViewBlock {
  const source = { model, layer: number, share: 1, parameters: "" };
  return {
    kind: "layer",
    name: `layer ${number}`,
    layer: number,
    slice: model,
    sources: [source],
    parameters: "",
    tensors: 9,
    elements: 1000,
  };
}

function view(changes: Partial<MergeView> = {}): MergeView {
  return {
    name: null,
    method: "passthrough",
    summary: "Takes tensors as they are.",
    state: "planned",
    models: [
      { name: "org/first", role: "model", state: "known", detail: "2 layers" },
      { name: hostile, role: "model", state: "known", detail: "2 layers" },
    ],
    shares: "parameters",
    blocks: [layer(0, 0), layer(1, 0), layer(2, 1)],
    layersKnown: true,
    sliceStarts: [2],
    curves: [
      {
        parameter: "scale",
        explanation: "Factor.",
        series: [{ model: 1, tensors: hostile, values: [null, 0, 0.5] }],
      },
    ],
    constants: [],
    figures: [{ name: "size", value: "1 GB", note: "In 1 file." }],
    decisions: [],
    findings: [],
    ...changes,
  };
}

describe("The page of a merge plan", () => {
  usePage();

  async function openPage(state: Partial<PlanPanelState> = {}) {
    const { PlanPage } = await import("../../webview/plan/planPage.ts");
    const sent: object[] = [];
    let receive: (message: PlanNotification) => void = () => undefined;
    const channel: Channel<PlanPageContract> = {
      request: (type, params) => {
        sent.push({ type, ...params });
        return new Promise(() => undefined);
      },
      onNotification: (listener) => {
        receive = listener;
        return () => undefined;
      },
    };
    const kept: PlanPanelState[] = [];
    const container = document.createElement("main");
    document.body.append(container);
    new PlanPage(container, {
      styles: [],
      state: { v: 1, uri: "file:///merge.yml", ...state },
      channel,
      keepState: (changed) => kept.push(changed),
    });
    const root = container.shadowRoot!;
    const plan = (...merges: MergeView[]): PlanNotification => ({
      type: "plan",
      uri: "file:///merge.yml",
      file: "merge.yml",
      version: 1,
      plan: { merges },
    });
    const text = () => root.querySelector("section")!.textContent;
    const press = (key: string) =>
      root.querySelector(".stack")!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    assert.deepEqual(sent.splice(0), [{ type: "ready" }]);
    const page = { receive };
    return { page, root, sent, kept, plan, text, press };
  }

  it("draws each layer with its sources, and says them to screen readers", async () => {
    const { page, root, plan, text } = await openPage();
    assert.match(text()!, /Planning the merge/);
    page.receive(plan(view()));
    const options = [...root.querySelectorAll('[role="option"][id^="stack"]')];
    assert.equal(options.length, 3);
    assert.equal(options[1]!.getAttribute("aria-label"), "Layer 1 of the result; first, its layer 1");
    assert.ok(options[2]!.querySelector(".segment.color-1.pattern-1"));
    assert.match(text()!, /1 GB/);
  });

  it("shows hostile names as text", async () => {
    const { page, root, plan } = await openPage();
    page.receive(plan(view({ findings: [{ severity: "error", message: hostile }] })));
    for (const tab of ["parameters", "about", "layers"]) {
      root.querySelector<HTMLElement>(`[role="tab"][id$="-${tab}"]`)!.click();
    }
    assert.equal(root.querySelectorAll("img").length, 0);
    assert.equal(root.querySelectorAll("script").length, 0);
    assert.ok(root.querySelector(".legend .hidden-character"));
  });

  it("goes by keys, and to the place of a layer with Enter", async () => {
    const { page, root, sent, plan, press, text } = await openPage();
    page.receive(plan(view()));
    for (const key of ["ArrowDown", "ArrowDown", "End", "ArrowDown", "Enter"]) press(key);
    assert.deepEqual(sent.at(-1), { type: "reveal", merge: null, slice: 1, model: null });
    const stack = root.querySelector(".stack")!;
    const active = root.getElementById(stack.getAttribute("aria-activedescendant")!);
    assert.equal(active?.getAttribute("aria-selected"), "true");
    assert.match(text()!, /Layer 2 of the result/);
  });

  it("goes to a model's entry by a click on its part of a layer", async () => {
    const { page, root, sent, plan } = await openPage();
    page.receive(plan(view()));
    root.querySelector<HTMLElement>('[data-index="2"] .segment')!.click();
    assert.deepEqual(sent.at(-1), { type: "reveal", merge: null, slice: 1, model: hostile });
  });

  it("keeps the last plan, marked as out of date, while the document is broken", async () => {
    const { page, root, sent, plan, text } = await openPage();
    page.receive(plan(view()));
    const broken = {
      type: "problem",
      uri: "file:///merge.yml",
      file: "merge.yml",
      message: "Bad YAML.",
      line: 3,
    } as const;
    page.receive(broken);
    assert.match(text()!, /before the last changes.*Bad YAML\./s);
    assert.ok(root.querySelector(".outdated"));
    assert.equal(root.querySelectorAll(".block").length, 3);
    root.querySelector<HTMLElement>(".notice.error medley-button")!.click();
    assert.deepEqual(sent.at(-1), { type: "goTo", line: 3, column: 1 });
    page.receive(plan(view()));
    assert.equal(root.querySelector(".outdated"), null);
  });

  it("keeps the last view of a merge that fails, with the reason", async () => {
    const { page, root, plan, text } = await openPage();
    page.receive(plan(view()));
    page.receive(plan(view({ state: "failed", blocks: [], findings: [{ severity: "error", message: "No weight." }] })));
    assert.equal(root.querySelectorAll(".block").length, 3);
    assert.match(text()!, /before the last changes.*No weight\./s);
  });

  it("says what is wrong where nothing could be shown yet", async () => {
    const { page, root, text } = await openPage();
    page.receive({
      type: "problem",
      uri: "file:///merge.yml",
      file: "merge.yml",
      message: "Bad YAML.",
      hint: "Mend it.",
    });
    assert.match(text()!, /merge\.yml.*Bad YAML\..*Mend it\./s);
    assert.equal(root.querySelector<HTMLElement>(".plan-body")!.hidden, true);
  });

  it("names what is missing in a sketch", async () => {
    const { page, plan, text } = await openPage();
    const models = [{ name: "org/absent", role: "model", state: "missing", detail: "not on this machine" } as const];
    page.receive(plan(view({ state: "sketch", models, blocks: [layer(0, 0)], sliceStarts: [], curves: [] })));
    assert.match(text()!, /A sketch from the configuration alone.*Not on this machine: org\/absent/s);
  });

  it("keeps the tab and the merge that were chosen", async () => {
    const { page, root, sent, kept, plan } = await openPage({ merge: "second" });
    page.receive(plan(view({ name: "second", method: "ties" })));
    assert.match(root.querySelector(".badge")!.textContent!, /ties/);
    root.querySelector<HTMLElement>('[role="tab"][id$="-parameters"]')!.click();
    assert.deepEqual(kept.at(-1), { v: 1, uri: "file:///merge.yml", merge: "second", tab: "parameters" });
    assert.ok(root.querySelector('svg[role="img"] title'));
    assert.equal(sent.length, 0);
    root.querySelector<HTMLElement>('[role="tab"][id$="-tensors"]')!.click();
    assert.deepEqual(sent, [{ type: "tensors", merge: "second" }]);
  });
});
