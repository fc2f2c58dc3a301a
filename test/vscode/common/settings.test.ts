import assert from "node:assert/strict";
import { homedir } from "node:os";
import path from "node:path";
import { editor } from "../editor.ts";

const { readSettings } = await import("../../../src/vscode/common/settings.ts");
const { SettingError } = await import("../../../src/vscode/common/settingError.ts");
type Folder = Parameters<typeof readSettings>[0];

const folder = { uri: editor.Uri.file("/study"), name: "study", index: 0 } as unknown as Folder;

describe("Settings", () => {
  afterEach(() => {
    editor.state.settings = {};
  });

  it("are right as the manifest declares them", () => {
    const { threads, gpu, runsFolder, modelFolders } = readSettings(folder);
    assert.deepEqual([threads, gpu, modelFolders], [undefined, "auto", []]);
    assert.equal(path.isAbsolute(runsFolder), true);
  });

  it("take relative paths from the folder, or without one from the home, and know the home's sign", () => {
    editor.state.settings = {
      "medley.runsFolder": "results/runs",
      "medley.modelFolders": ["~/models", "/models", "near", "~other"],
    };
    const found = readSettings(folder);
    assert.equal(found.runsFolder, path.resolve("/study/results/runs"));
    const expected = [path.join(homedir(), "models"), path.resolve("/models"), path.resolve("/study/near")];
    assert.deepEqual(found.modelFolders, [...expected, path.resolve("/study/~other")]);
    assert.equal(readSettings(undefined).runsFolder, path.join(homedir(), "results/runs"));
  });

  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ["medley.threads", 0, /^The setting medley\.threads is wrong: /],
    ["medley.threads", 1.5, /^The setting medley\.threads is wrong: /],
    ["medley.gpu", "cudo", /^The setting medley\.gpu is wrong: /],
    ["medley.dataMirror", "mirror.example.org", /^The setting medley\.dataMirror is wrong: It is no http or https/],
    ["medley.modelFolders", ["models", ""], /^The setting medley\.modelFolders\.1 is wrong: /],
    ["medley.runsFolder", "", /^The setting medley\.runsFolder is wrong: /],
  ];
  for (const [name, value, message] of wrong) {
    it(`are refused when ${name} is ${JSON.stringify(value)}, and nothing takes its place`, () => {
      editor.state.settings = { [name]: value };
      assert.throws(
        () => readSettings(folder),
        (error) => error instanceof SettingError && error.setting === name && message.test(error.message),
      );
    });
  }
});
