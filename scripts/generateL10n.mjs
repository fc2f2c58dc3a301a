// Writes l10n/bundle.l10n.json, which translators start from: a translation is bundle.l10n.<language>.json beside it.
// Run with: npm run l10n
import { mkdir, writeFile } from "node:fs/promises";
import { l10nStrings } from "./l10nStrings.mjs";

const folder = new URL("../l10n/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL("bundle.l10n.json", folder), `${JSON.stringify(l10nStrings(), undefined, 2)}\n`);
