import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type * as vscode from "vscode";
import { CancelledError, RunError } from "../../../src/core/errors.ts";
import { createRun, requestCancel, type NewRun } from "../../../src/node/runs/runFolder.ts";
import { RunSession } from "../../../src/node/runs/runSession.ts";
import { useTemporaryFolder } from "../../node/runs/temporaryFolder.ts";
import { until } from "../../support/until.ts";
import { editor } from "../editor.ts";

const { RunCatalog } = await import("../../../src/vscode/runs/runCatalog.ts");
const { RunsView } = await import("../../../src/vscode/runs/runsView.ts");
const { followToEnd } = await import("../../../src/vscode/runs/runProgress.ts");
type View = InstanceType<typeof RunsView>;
type Entry = NonNullable<Parameters<View["getChildren"]>[0]>;

const newRun: NewRun = {
  kind: "evaluation",
  title: "study",
  configuration: { given: {}, resolved: {} },
  inputs: [],
  identity: { model: "a" },
  versions: { medley: "0" },
};

describe("Runs in the editor", () => {
  const folder = useTemporaryFolder();
  const log = new editor.Log() as unknown as vscode.LogOutputChannel;
  const runs = (): string => path.join(folder(), "runs");
  let catalog: InstanceType<typeof RunCatalog>;
  let view: View;

  beforeEach(() => {
    editor.state.settings = { "medley.runsFolder": "runs" };
    editor.state.folders = [{ uri: editor.Uri.file(folder()), name: "workspace", index: 0 }];
    catalog = new RunCatalog(log);
    view = new RunsView(catalog);
  });
  afterEach(() => {
    view.dispose();
    catalog.dispose();
    editor.state.settings = {};
    editor.state.folders = [];
  });

  /** What the editor reports of a run when a file of it has changed. */
  function tellOf(run: string): void {
    for (const { changed } of editor.state.watchers) changed.fire(editor.Uri.file(path.join(run, "run.json")));
  }

  /** The tree as the editor draws it: what is asked for once, and drawn in the group that it is found in. */
  async function draw(): Promise<Record<string, string[]>> {
    const drawn: Record<string, string[]> = {};
    for (const group of await view.getChildren()) {
      const entries = await view.getChildren(group);
      const labels = entries.map((entry) => view.getTreeItem(entry).accessibilityInformation!.label);
      drawn[String(view.getTreeItem(group).label)] = labels;
    }
    return drawn;
  }

  async function entryOf(run: string): Promise<Entry> {
    const groups = await Promise.all((await view.getChildren()).map((group) => view.getChildren(group)));
    return groups.flat().find((entry) => "folder" in entry && entry.folder === run)!;
  }

  it("are listed by how they stand, and followed from a first session to its end", async () => {
    const run = await createRun(runs(), newRun);
    assert.deepEqual(Object.keys(await draw()), ["Not Finished"]);
    const work = RunSession.perform(run, async (session) => {
      await session.emit({ type: "progress", phase: "items", done: { items: 3 }, total: { items: 12 } });
      tellOf(run);
      await until("progress", () => catalog.find(run)?.progress !== undefined);
      assert.match((await draw())["Running"]![0]!, /^study, running, 3\/12 items/);
      await requestCancel(run);
      await until("the request to stop", () => catalog.find(run)?.stopping);
      assert.match((await draw())["Running"]![0]!, /stopping after the present step/);
      await until("that it stops", () => session.signal.aborted);
      throw session.signal.reason;
    });
    await assert.rejects(work, CancelledError);
    tellOf(run);
    await until("the end", () => catalog.find(run)?.state === "cancelled");
    assert.match((await draw())["Not Finished"]![0]!, /^study, stopped/);
  });

  it("are drawn anew as a list only when other runs belong to it: else a click would be lost", async () => {
    const run = await createRun(runs(), newRun);
    await draw();
    const changes: unknown[] = [];
    view.onDidChangeTreeData((change) => changes.push(change));
    await RunSession.perform(run, async (session) => {
      const report = (items: number): Promise<void> =>
        session.emit({ type: "progress", phase: "items", done: { items }, total: { items: 9 } });
      await report(1);
      tellOf(run);
      await until("the list", () => changes.length > 0);
      assert.deepEqual(changes, [undefined]);
      await draw();
      const entry = await entryOf(run);
      for (const items of [2, 3]) {
        changes.length = 0;
        await report(items);
        await until("the entry", () => changes.length > 0);
        assert.deepEqual(changes, [[entry]]);
        assert.ok((changes as Entry[][])[0]![0] === entry, "the editor knows an entry by the object alone");
        assert.match(view.getTreeItem(entry).accessibilityInformation!.label, new RegExp(`, ${items}/9 items`));
      }
    });
    changes.length = 0;
    tellOf(run);
    await until("the list", () => changes.length > 0);
    assert.deepEqual(changes, [undefined]);
    await draw();
    changes.length = 0;
    tellOf(run);
    await until("a look at what has not changed", () => changes.length > 0);
    assert.deepEqual(changes, [[await entryOf(run)]]);
  });

  it("are shown with the reason when they are damaged, and go when their folder goes", async () => {
    const run = await createRun(runs(), newRun);
    await writeFile(path.join(run, "run.json"), "{ torn");
    assert.match((await draw())["Damaged"]![0]!, /not JSON/);
    await rm(run, { recursive: true });
    tellOf(run);
    await until("its end", () => catalog.find(run) === undefined);
    assert.deepEqual(await draw(), {});
  });

  it("are followed to their end: finished, stopped, or with the reason why they failed", async () => {
    const ends = [
      ["finished", undefined],
      ["cancelled", new CancelledError("Enough.")],
      ["failed", new RunError("The disk is full.", { hint: "Free some space." })],
    ] as const;
    for (const [end, error] of ends) {
      const run = await createRun(runs(), { ...newRun, identity: { end } });
      const seen: string[] = [];
      const following = followToEnd(run, log, ({ type }) => seen.push(type));
      const work = RunSession.perform(run, async (session) => {
        await session.emit({ type: "phase", phase: "items", title: "Evaluating" });
        if (error !== undefined) throw error;
      });
      await (error === undefined ? work : assert.rejects(work, error));
      if (end === "failed") await assert.rejects(following, { message: "The disk is full.", hint: "Free some space." });
      else assert.equal(await following, end);
      assert.deepEqual(seen.slice(0, 2), ["started", "phase"]);
      assert.equal(seen.at(-1), "finished");
    }
  });
});
