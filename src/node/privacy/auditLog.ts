import { createHash } from "node:crypto";
import { open, readFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { FileError, RunError } from "../../core/errors.ts";
import { auditRecordSchema, type AuditRecord } from "../../core/privacy/auditRecord.ts";
import type { Finding } from "../../core/privacy/finding.ts";
import { countFindings } from "../../core/privacy/redact.ts";
import { parseJsonLine } from "../../core/runs/jsonLines.ts";
import { makeFolder } from "../files/makeFolder.ts";
import { writeProblem } from "../files/writeError.ts";

export interface SentText {
  /** As {@link decideSending} found them: at least one. */
  readonly hosts: readonly string[];
  readonly model: string;
  /** What is sent. It does not become part of the log. */
  readonly text: string;
  /** What the rules found before it was decided what to send. */
  readonly findings: readonly Finding[];
  readonly decision: AuditRecord["decision"];
}

export interface AuditReading {
  readonly records: readonly AuditRecord[];
  /** Lines that cannot be read, 1-based: a crash or a full disk has torn them. */
  readonly damagedLines: readonly number[];
}

const lineFeed = 0x0a;

/**
 * What has left this machine: a file of JSON Lines in a folder that the caller gives, to which lines are only ever
 * added, also by several processes at a time.
 */
export class AuditLog {
  readonly path: string;

  constructor(private readonly folder: string) {
    this.path = join(folder, "audit.jsonl");
  }

  /**
   * Adds a record. Call it before the text is sent: what cannot be recorded is not to be sent.
   * @throws FileError when it cannot be written to the disk
   */
  async record({ hosts, model, text, findings, decision }: SentText): Promise<AuditRecord> {
    const record: AuditRecord = {
      v: 1,
      time: new Date().toISOString(),
      hosts: [...hosts],
      model,
      characters: text.length,
      sha256: createHash("sha256").update(text, "utf8").digest("hex"),
      decision,
      findings: countFindings(findings),
    };
    let file: FileHandle | undefined;
    try {
      await makeFolder(this.folder);
      file = await open(this.path, "a+");
      // A line that a crash has torn must not take this one with it.
      const start = (await endsInLine(file)) ? "" : "\n";
      await file.appendFile(`${start}${JSON.stringify(record)}\n`);
      await file.datasync();
    } catch (cause) {
      throw new FileError(`The audit log cannot be written: ${writeProblem(cause as NodeJS.ErrnoException)}.`, {
        place: { file: this.path },
        hint: "The text was not sent. Make the file writable, then send it again.",
        cause,
      });
    } finally {
      await file?.close();
    }
    return record;
  }

  /**
   * Reads all records, the oldest first; none where nothing has been sent yet. A line that is not whole is left out and
   * named.
   * @throws FileError when the file cannot be read
   */
  async read(): Promise<AuditReading> {
    const lines = (await this.text()).split("\n");
    const records: AuditRecord[] = [];
    const damagedLines: number[] = [];
    // What follows the last line break is nothing, or torn.
    if (lines.pop() !== "") damagedLines.push(lines.length + 1);
    lines.forEach((line, index) => {
      try {
        records.push(parseJsonLine(line, auditRecordSchema, this.path, index + 1));
      } catch (error) {
        if (!(error instanceof RunError)) throw error;
        damagedLines.push(index + 1);
      }
    });
    return { records, damagedLines: damagedLines.sort((a, b) => a - b) };
  }

  private async text(): Promise<string> {
    try {
      return await readFile(this.path, "utf8");
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw new FileError("The audit log cannot be read.", {
        place: { file: this.path },
        hint: "Check the file's permissions.",
        cause,
      });
    }
  }
}

async function endsInLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === lineFeed;
}
