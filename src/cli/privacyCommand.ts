import type { Command } from "commander";
import { ConfigurationError } from "../core/errors.ts";
import { findIdentifiers } from "../core/privacy/findIdentifiers.ts";
import type { Finding } from "../core/privacy/finding.ts";
import { countFindings, redact } from "../core/privacy/redact.ts";
import { output } from "./output.ts";
import { printable } from "./printable.ts";
import { readText } from "./readText.ts";

interface Options {
  readonly redact?: boolean;
  readonly json?: boolean;
}

const help = `
Dates, phone numbers, addresses, names behind titles and the like, in English, French and Arabic. The rules do not find
everything: "The rules found nothing" does not say that a text identifies nobody. docs/privacy.md tells how much they
find. Each finding stands on a line: file, line, column, category, text.

Examples:
  medley privacy check note.txt
  medley privacy check --redact note.txt > redacted.txt
  cat note.txt | medley privacy check -`;

export function privacyCommand(program: Command): void {
  program
    .command("privacy")
    .summary("find what may identify a person in a text")
    .description("Shows what the privacy rules find in texts, before they are sent anywhere. Nothing is sent.")
    .command("check")
    .description("Lists what the rules find in text files, or writes a file with marks such as [DATE] in its place.")
    .argument("<file...>", "text files in UTF-8; - reads standard input")
    .option("--redact", "write the text of the one file, with marks in place of the findings, to standard output")
    .option("--json", "print JSON")
    .addHelpText("after", help)
    .action(check);
}

async function check(files: readonly string[], options: Options): Promise<void> {
  if (options.redact && (files.length > 1 || options.json)) {
    throw new ConfigurationError("--redact takes one file, and writes its text.", {
      hint: "Name one file at a time, without --json.",
    });
  }
  const results: { file: string; text: string; findings: Finding[] }[] = [];
  for (const file of files) {
    const text = await readText(file);
    results.push({ file, text, findings: findIdentifiers(text) });
  }
  if (options.redact) {
    for (const { text, findings } of results) output.document(redact(text, findings));
    output.note(summary(results.flatMap(({ findings }) => findings)));
  } else if (options.json) {
    output.json(results.map(({ file, text, findings }) => ({ file, findings: withPlaces(text, findings) })));
  } else {
    for (const { file, text, findings } of results) {
      for (const { line, column, category, text: found } of withPlaces(text, findings)) {
        output.line(`${printable(file)}:${line}:${column}: ${category}: ${printable(found)}`);
      }
    }
    output.line(summary(results.flatMap(({ findings }) => findings)));
  }
}

/** Findings with their lines and columns, 1-based, as editors show them. */
function withPlaces(text: string, findings: readonly Finding[]): (Finding & { line: number; column: number })[] {
  let line = 1;
  let lineStart = 0;
  return findings.map((finding) => {
    for (
      let end = text.indexOf("\n", lineStart);
      end >= 0 && end < finding.start;
      end = text.indexOf("\n", lineStart)
    ) {
      lineStart = end + 1;
      line++;
    }
    return { ...finding, line, column: finding.start - lineStart + 1 };
  });
}

function summary(findings: readonly Finding[]): string {
  if (findings.length === 0) return "The rules found nothing.";
  const counts = Object.entries(countFindings(findings)).map(([category, count]) => `${count} ${category}`);
  return `The rules found ${findings.length}: ${counts.join(", ")}.`;
}
