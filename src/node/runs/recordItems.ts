import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../core/errors.ts";
import { parseJsonLine } from "../../core/runs/jsonLines.ts";
import { itemRecordSchema } from "../../core/runs/itemRecord.ts";
import { itemHashSchema, type ItemHash, type RecordedResult } from "../../core/runs/recordedResult.ts";
import { fileSha256 } from "../files/fileHash.ts";
import { readLines } from "../files/readLines.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import { itemKeyText, type ItemKey } from "./itemStore.ts";
import { runFiles } from "./runFolder.ts";
import { parseJson } from "../../core/json.ts";

type RecordedItems = RecordedResult["items"];

/**
 * Records what items.jsonl is at a run's end: the whole for the manifest, and the hash of each row in a file beside it,
 * by which a change is traced to its rows.
 * @throws RunError when a row is damaged, or the hashes cannot be written
 */
export async function recordItems(folder: string): Promise<RecordedItems> {
  const path = join(folder, runFiles.items);
  const whole = createHash("sha256");
  const hashes: string[] = [];
  let bytes = 0;
  for await (const { bytes: content, line } of readLines(path)) {
    const { benchmark, item, draw } = parseJsonLine(content.toString("utf8"), itemRecordSchema, path, line);
    hashes.push(JSON.stringify({ benchmark, item, draw, sha256: sha256(content) }) + "\n");
    whole.update(content).update("\n");
    bytes += content.length + 1;
  }
  await writeAtomically(join(folder, runFiles.itemHashes), hashes.join(""));
  return { rows: hashes.length, bytes, sha256: whole.digest("hex") };
}

/**
 * How items.jsonl differs from what it was at the run's end, for a person: `2 rows are missing (medqa-4 test-3, medqa-4
 * test-7); 1 row was edited (pubmedqa 12377809)`. Undefined when it does not differ.
 * @throws FileError or RunError when the files cannot be read
 */
export async function describeItemChanges(folder: string, recorded: RecordedItems): Promise<string | undefined> {
  const path = join(folder, runFiles.items);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new RunError(`The run's items cannot be read: ${error.message}`, { place: { file: path }, cause: error });
  });
  if (found === undefined) return "the file is gone";
  if (found.size === recorded.bytes && (await fileSha256(path)) === recorded.sha256) return undefined;
  const rows = await changedRows(folder);
  const texts = rowTexts.flatMap(([change, one, many]) => describeRows(rows[change], one, many));
  if (texts.length > 0) return texts.join("; ");
  const lines = await countLines(path);
  if (lines !== recorded.rows) return `there are ${lines} rows instead of ${recorded.rows}`;
  return "its rows stand in another order, or something was added to them";
}

type RowChange = "missing" | "edited" | "repeated" | "foreign" | "damaged";

const rowTexts: readonly (readonly [RowChange, one: string, many: string])[] = [
  ["missing", "is missing", "are missing"],
  ["edited", "was edited", "were edited"],
  ["repeated", "is there again", "are there again"],
  ["foreign", "was added", "were added"],
  ["damaged", "is damaged", "are damaged"],
];

/** Rows of a message; of more the number. */
const rowsNamed = 5;

function describeRows(names: readonly string[], one: string, many: string): string[] {
  if (names.length === 0) return [];
  const more = names.length > rowsNamed ? `, and ${names.length - rowsNamed} more` : "";
  const list = names.slice(0, rowsNamed).join(", ") + more;
  return [names.length === 1 ? `1 row ${one} (${list})` : `${names.length} rows ${many} (${list})`];
}

async function changedRows(folder: string): Promise<Record<RowChange, string[]>> {
  const expected = await readHashes(folder);
  const changes: Record<RowChange, string[]> = { missing: [], edited: [], repeated: [], foreign: [], damaged: [] };
  const seen = new Set<string>();
  for await (const { bytes, line } of readLines(join(folder, runFiles.items))) {
    const key = itemKeyOf(bytes);
    if (key === undefined) {
      changes.damaged.push(`line ${line}`);
      continue;
    }
    const text = itemKeyText(key);
    const known = expected.get(text);
    if (seen.has(text)) changes.repeated.push(rowName(key));
    else if (known !== undefined && known.sha256 !== sha256(bytes)) changes.edited.push(rowName(key));
    else if (known === undefined && expected.size > 0) changes.foreign.push(rowName(key));
    seen.add(text);
  }
  for (const [text, key] of expected) if (!seen.has(text)) changes.missing.push(rowName(key));
  return changes;
}

/** By key. Without the file, or with a damaged one, rows that were changed cannot be named: only those that are there twice. */
async function readHashes(folder: string): Promise<ReadonlyMap<string, ItemHash>> {
  const path = join(folder, runFiles.itemHashes);
  const hashes = new Map<string, ItemHash>();
  try {
    for await (const { bytes, line } of readLines(path)) {
      const hash = parseJsonLine(bytes.toString("utf8"), itemHashSchema, path, line);
      hashes.set(itemKeyText(hash), hash);
    }
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return new Map();
  }
  return hashes;
}

const itemKeySchema = itemRecordSchema.pick({ benchmark: true, item: true, draw: true });

function itemKeyOf(bytes: Buffer): ItemKey | undefined {
  try {
    return itemKeySchema.parse(parseJson(bytes.toString("utf8")));
  } catch {
    return undefined;
  }
}

function rowName({ benchmark, item, draw }: ItemKey): string {
  return `${benchmark} ${item}${draw > 0 ? ` in draw ${draw + 1}` : ""}`;
}

async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const { line } of readLines(path)) lines = line;
  return lines;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
