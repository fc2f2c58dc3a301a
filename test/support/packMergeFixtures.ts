// Packs a folder of golden merges (models/, cases/, errors.json) into test/fixtures/merge:
//   npx tsx test/support/packMergeFixtures.ts FOLDER
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { hashTensor, parseTensors, transform, type GoldenCase, type Tensors } from "./mergeFixtures.ts";

const [source] = process.argv.slice(2) as [string];
const target = join(import.meta.dirname, "../fixtures/merge");
for (const folder of ["models", "cases"]) mkdirSync(join(target, folder), { recursive: true });

const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };

/** A copy: slices of a Buffer would share its memory. */
const readBytes = (path: string) => new Uint8Array(readFileSync(path));

function pack(from: string, name: string, reference?: Tensors): void {
  writeFileSync(join(target, name), brotliCompressSync(transform(readBytes(from), reference, "pack"), options));
}

const json = (path: string) => JSON.parse(readFileSync(path, "utf8")) as unknown;
const base = parseTensors(readBytes(join(source, "models/base/model.safetensors")));
const files: string[] = [];
const models: Record<string, Record<string, number | string>> = {};
for (const model of readdirSync(join(source, "models"))) {
  const entries: Record<string, number | string> = (models[model] = {});
  for (const name of readdirSync(join(source, "models", model))) {
    const path = join(source, "models", model, name);
    if (name.endsWith(".safetensors")) {
      entries[name] = `${model}-${name}.br`;
      pack(path, `models/${model}-${name}.br`, model === "base" ? undefined : base);
    } else {
      const text = readFileSync(path, "utf8");
      if (!files.includes(text)) files.push(text);
      entries[name] = files.indexOf(text);
    }
  }
}
writeFileSync(join(target, "models.json"), JSON.stringify({ files, models }) + "\n");

const cases: Record<string, unknown> = {};
for (const id of readdirSync(join(source, "cases"))) {
  const folder = join(source, "cases", id);
  const optional = (key: string, name: string) =>
    existsSync(join(folder, name)) ? { [key]: json(join(folder, name)) } : {};
  const description = json(join(folder, "case.json")) as GoldenCase["case"];
  const tensors = (name: string) => parseTensors(readBytes(join(folder, `${name}.safetensors`)));
  const hashes = (name: string) =>
    existsSync(join(folder, `${name}.safetensors`))
      ? [Object.fromEntries([...tensors(name)].map(([tensor, value]) => [tensor, hashTensor(value)]))]
      : [];
  const isExact = description.comparison.rule === "exact";
  cases[id] = {
    config: readFileSync(join(folder, "config.yaml"), "utf8"),
    case: description,
    expectedConfig: json(join(folder, "expected_config.json")),
    ...optional("expectedIndex", "expected_index.json"),
    ...optional("expectedVocab", "expected_vocab.json"),
    ...(isExact ? { exact: [...hashes("expected"), ...hashes("expected_unfused")] } : {}),
  };
  if (isExact) continue;
  pack(join(folder, "expected.safetensors"), `cases/${id}.br`, base);
  const candidates = join(folder, "candidates.safetensors");
  if (existsSync(candidates)) pack(candidates, `cases/${id}.candidates.br`, tensors("expected"));
}
writeFileSync(join(target, "cases.json"), JSON.stringify(cases) + "\n");
const errors = json(join(source, "errors.json")) as Record<string, unknown>[];
const kept = ["id", "severity", "path", "part", "diagnostic", "yaml", "silent", "options"];
const trimmed = errors.map((entry) =>
  Object.fromEntries(kept.flatMap((key) => (key in entry ? [[key, entry[key]]] : []))),
);
writeFileSync(join(target, "errors.json"), JSON.stringify(trimmed) + "\n");
