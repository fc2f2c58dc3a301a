import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { l10nStrings } from "../../scripts/l10nStrings.mjs";

const repository = path.resolve(import.meta.dirname, "../..");
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(repository, file), "utf8"));

interface Setting {
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}

interface Manifest {
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly menus: Readonly<Record<string, readonly { readonly command?: string }[]>>;
  };
}

describe("The extension's manifest", () => {
  const text = readFileSync(path.join(repository, "package.json"), "utf8");
  const manifest = JSON.parse(text) as Manifest;
  const { commands, configuration, menus } = manifest.contributes;
  const names = read("package.nls.json") as Record<string, string>;

  it("has a text for every key that it names, and no other", () => {
    const used = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key!);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(names).sort());
  });

  it("names only files that exist", () => {
    const files = [...text.matchAll(/"((?:\.\/)?(?:media|schemas|docs|samples)\/[^"]+)"/g)].map(([, file]) => file!);
    const missing = files.filter((file) => !existsSync(path.join(repository, file)));
    assert.deepEqual(missing, []);
  });

  it("puts only its own commands into menus", () => {
    const own = new Set(commands.map(({ command }) => command));
    const used = Object.values(menus).flatMap((entries) => entries.map(({ command }) => command ?? ""));
    assert.deepEqual(
      used.filter((command) => command.startsWith("medley.") && !own.has(command)),
      [],
    );
  });

  it("describes every setting and each of its choices, and has a default for it", () => {
    for (const [name, setting] of Object.entries(configuration.properties)) {
      assert.ok(setting.description ?? setting.markdownDescription, name);
      assert.notEqual(setting.default, undefined, name);
      assert.equal(setting.enumDescriptions?.length, setting.enum?.length, name);
    }
  });

  it("restricts only settings that it has in an untrusted workspace", () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const unknown = restrictedConfigurations.filter((name) => !(name in configuration.properties));
    assert.deepEqual(unknown, []);
  });

  it("offers translators every string that the extension shows", () => {
    assert.deepEqual(read("l10n/bundle.l10n.json"), l10nStrings(), "npm run l10n");
  });
});
