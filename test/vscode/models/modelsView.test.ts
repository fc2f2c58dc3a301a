import assert from "node:assert/strict";
import path from "node:path";
import type { ModelListing } from "../../../src/core/models/modelListing.ts";
import type { Services } from "../../../src/vscode/common/services.ts";
import type { CatalogFolder } from "../../../src/vscode/models/modelCatalog.ts";
import type { LoadState } from "../../../src/vscode/models/modelService.ts";
import { until } from "../../support/until.ts";
import { editor } from "../editor.ts";

const { ModelsView } = await import("../../../src/vscode/models/modelsView.ts");
type View = InstanceType<typeof ModelsView>;
type Entry = Awaited<ReturnType<View["getChildren"]>>[number];

const home = path.resolve("/models");
const fileOf = (name: string): string => path.join(home, `${name}.gguf`);

describe("Models in the editor", () => {
  let searches: number;
  let models: readonly string[];
  let states: Map<string, LoadState>;
  let view: View;
  const catalogChanged = new editor.EventEmitter<void>();
  const statesChanged = new editor.EventEmitter<void>();

  beforeEach(() => {
    searches = 0;
    models = ["a", "b"];
    states = new Map();
    const listing = (name: string): ModelListing => ({
      path: fileOf(name),
      files: [fileOf(name)],
      identity: name,
      bytes: 1,
    });
    const folders = (): Promise<CatalogFolder[]> => {
      searches++;
      const found = { folder: home, kind: "configured", name: "models", problems: [] } as const;
      return Promise.resolve([{ ...found, models: models.map(listing) }]);
    };
    const never = new editor.EventEmitter<void>().event;
    view = new ModelsView({
      models: {
        catalog: { folders, problems: [], onDidChange: catalogChanged.event },
        onDidChange: statesChanged.event,
        get states() {
          return states;
        },
      },
      runCatalog: { runs: () => Promise.resolve([]), onDidChange: never },
    } as unknown as Services);
  });
  afterEach(() => view.dispose());

  /** The models' entries, as the editor asks for them. */
  async function draw(): Promise<Entry[]> {
    const entries = await Promise.all((await view.getChildren()).map((folder) => view.getChildren(folder)));
    return entries.flat();
  }
  const label = (entry: Entry): string => view.getTreeItem(entry).accessibilityInformation!.label;

  it("are drawn anew as a list only when other models belong to it: else a click would be lost", async () => {
    const [, b] = await draw();
    assert.match(label(b!), /^b, /);
    const changes: (Entry[] | undefined)[] = [];
    view.onDidChangeTreeData((change) => changes.push(change));
    (await draw()).forEach(label);
    states.set(fileOf("b"), "loading");
    statesChanged.fire();
    await until("the entry", () => changes.length > 0);
    assert.deepEqual(changes, [[b]]);
    assert.ok(changes[0]![0] === b, "the editor knows an entry by the object alone");
    assert.match(label(b!), /^b, loading/);
    changes.length = 0;
    models = ["a", "aa", "b"];
    catalogChanged.fire();
    await until("the list", () => changes.length > 0);
    assert.deepEqual(changes, [undefined]);
  });

  it("are themselves what a menu acts on, as they are now, whatever the list has become meanwhile", async () => {
    const [, b] = await draw();
    models = ["aa", "b"];
    states.set(fileOf("b"), "loaded");
    const [aa] = await draw();
    assert.equal(view.clicked(b)?.listing.path, fileOf("b"));
    assert.equal(view.clicked(b)?.state, "loaded");
    assert.equal(view.clicked(aa)?.listing.path, fileOf("aa"));
    models = ["aa"];
    await draw();
    assert.equal(view.clicked(b), undefined);
  });

  it("are not searched before somebody looks", async () => {
    catalogChanged.fire();
    statesChanged.fire();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(searches, 0);
  });
});
