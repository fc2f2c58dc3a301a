// Writes schemas/*.json, the JSON Schemas of Medley's file formats, from their zod schemas. Run with: npm run schemas
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import prettier from "prettier";
import { register } from "tsx/esm/api";

register();
const { jsonSchemas } = await import("../src/core/runs/jsonSchemas.ts");

const folder = new URL("../schemas/", import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) {
  const file = fileURLToPath(new URL(`${name}.json`, folder));
  const options = await prettier.resolveConfig(file);
  await writeFile(file, await prettier.format(JSON.stringify(schema), { ...options, parser: "json" }));
}
