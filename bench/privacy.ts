/**
 * How much of what identifies persons the privacy rules find, and how much of what they find does: the table of
 * docs/privacy.md. What counts is a file of sentences that the rules' author has not seen.
 *
 * Usage: tsx bench/privacy.ts [--list] [FILE]   (test/fixtures/privacy/unseen.jsonl; --list shows each fault)
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { measurePrivacy, parseSentences, type Measure, type Rate } from "../test/support/privacySentences.ts";

const { values, positionals } = parseArgs({ options: { list: { type: "boolean" } }, allowPositionals: true });
const file = positionals[0] ?? "test/fixtures/privacy/unseen.jsonl";
const sentences = parseSentences(await readFile(file, "utf8"), file);
const result = measurePrivacy(sentences);

function show({ found, of, interval }: Rate): string {
  if (interval === undefined) return "– | –";
  const { low, high } = interval;
  return `${found}/${of} = ${(found / of).toFixed(2)} | ${low.toFixed(2)} to ${high.toFixed(2)}`;
}
const row = (title: string, { recall, precision }: Measure): string =>
  `| ${title} | ${show(recall)} | ${show(precision)} |`;

console.log(`${file}: ${sentences.length} sentences\n`);
console.log("| category | recall | 95 % interval | precision | 95 % interval |");
console.log("| --- | --- | --- | --- | --- |");
for (const [category, measure] of result.categories) console.log(row(category, measure));
for (const [language, measure] of result.languages) console.log(row(`all, ${language}`, measure));
console.log(row("**all**", result.overall));
console.log(`\nClean sentences in which something was found: ${result.cleanFlagged.length} of ${result.clean}`);
if (values.list) {
  for (const missed of result.missed) console.log(`missed  ${missed}`);
  for (const wrong of result.wrong) console.log(`wrong   ${wrong}`);
}
