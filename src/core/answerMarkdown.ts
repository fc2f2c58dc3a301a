/** A part of a model's answer: lines of Markdown that fetch nothing, or a block of code. */
export type AnswerPart =
  { readonly kind: "markdown"; readonly source: string } | { readonly kind: "code"; text: string; language: string };

/** Fence of a block of code, behind what may stand before it: blanks, marks of quotations and of list items. */
const fence = /^((?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t]){0,40})(?:(`{3,})([^`]*)|(~{3,})(.*))$/;

interface OpenBlock {
  readonly lines: string[];
  readonly language: string;
  readonly mark: string;
  readonly indentation: number;
  /** How many quotations it stands in. */
  readonly quotes: number;
}

/**
 * Takes a model's answer apart. What is code to a reader of Markdown depends on the lists and quotations around it, and
 * readers differ; so a block of code is taken out here and is to be written anew at the margin, where all agree, and
 * everything outside is escaped whether it might be code or not. A block that is not closed ends with the answer.
 */
export function splitAnswer(text: string): AnswerPart[] {
  const parts: AnswerPart[] = [];
  let block: OpenBlock | undefined;
  let lines: string[] = [];
  const endMarkdown = (): void => {
    if (lines.length > 0) parts.push({ kind: "markdown", source: lines.join("\n") });
    lines = [];
  };
  const endBlock = ({ lines: code, language }: OpenBlock): void => {
    parts.push({ kind: "code", text: code.join("\n"), language });
    block = undefined;
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    const inner = block && withoutQuotes(line, block.quotes);
    if (block !== undefined && inner !== undefined) {
      if (closes(inner, block.mark)) endBlock(block);
      else block.lines.push(withoutIndentation(inner, block.indentation));
      continue;
    }
    if (block !== undefined) endBlock(block);
    const opening = fence.exec(line);
    if (opening === null) {
      lines.push(escapeLine(line));
      continue;
    }
    const [, before = "", backticks, backtickInfo, tildes, tildeInfo] = opening;
    // The item of a list that begins with the block.
    if (/[-*+\d]/.test(before)) lines.push(before.trimEnd());
    endMarkdown();
    block = {
      lines: [],
      language: /^[\w+#.-]*/.exec((backtickInfo ?? tildeInfo ?? "").trim())![0],
      mark: backticks ?? tildes!,
      indentation: before.replace(/> ?/g, "").length,
      quotes: before.split(">").length - 1,
    };
  }
  endMarkdown();
  if (block !== undefined) endBlock(block);
  return parts;
}

function closes(line: string, mark: string): boolean {
  const found = line.trim();
  return found.length >= mark.length && found === mark[0]!.repeat(found.length);
}

/** Undefined where the quotations have ended, and the block with them. */
function withoutQuotes(line: string, quotes: number): string | undefined {
  let rest = line;
  for (let count = 0; count < quotes; count++) {
    const found = /^[ \t]{0,3}> ?/.exec(rest);
    if (found === null) return undefined;
    rest = rest.slice(found[0].length);
  }
  return rest;
}

function withoutIndentation(line: string, most: number): string {
  let start = 0;
  while (start < most && (line[start] === " " || line[start] === "\t")) start++;
  return line.slice(start);
}

/**
 * A line outside blocks of code. Outside of code in the line, brackets, `<` and `$` are escaped, so that nothing but
 * escapes comes before such code; no code goes on to the next line, and none holds the bar of a table. Even there no
 * picture can begin.
 */
function escapeLine(line: string): string {
  const runs: readonly string[] = line.match(/`+|\\[^]|[^`\\]+|\\$/gu) ?? [];
  const escaped: string[] = [];
  for (let index = 0; index < runs.length; index++) {
    const run = runs[index]!;
    // Not all readers know this escape at all places.
    if (run.startsWith("\\")) escaped.push(run === "\\<" ? "&lt;" : run);
    else if (!run.startsWith("`")) escaped.push(escapeText(run));
    else {
      const end = runs.indexOf(run, index + 1);
      const code = end < 0 ? "|" : runs.slice(index + 1, end).join("");
      if (code.includes("|")) escaped.push("\\`".repeat(run.length));
      else {
        escaped.push(run, code.replaceAll("![", "!\\["), run);
        index = end;
      }
    }
  }
  return escaped.join("");
}

function escapeText(text: string): string {
  return text.replace(/[[$]/g, "\\$&").replaceAll("<", "&lt;");
}
