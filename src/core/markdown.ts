import { splitAnswer } from "./answerMarkdown.ts";
import { escapeMarkdown } from "./reports/table.ts";

/**
 * Markdown in which only Medley's own words are markup. An editor fetches the pictures that Markdown names, so no text
 * of a file, model, data set or run may be part of it unescaped: {@link markdown} sees to that, and what an editor
 * shows is made of nothing else.
 */
export class Markdown {
  private constructor(readonly source: string) {}

  /** Markdown that stands in Medley's own source, such as the description of a method. */
  static own(source: string): Markdown {
    return new Markdown(source);
  }

  /** Markdown of a file as it is, except that it fetches nothing: no picture, no HTML. Links remain links. */
  static inert(source: string): Markdown {
    return new Markdown(source.replace(/!(?=\[)/g, "!\\").replace(/</g, "&lt;"));
  }

  /**
   * What a model has answered, also while it is still answering. Headings, lists, tables, emphasis and code are shown as
   * such; pictures, links, HTML and formulas as the text that they are written as, since an editor would fetch what they
   * name. Blocks of code stand at the margin.
   */
  static answer(text: string): Markdown {
    const parts = splitAnswer(text).map((part) =>
      part.kind === "code" ? Markdown.codeBlock(part.text, part.language) : new Markdown(part.source),
    );
    return Markdown.join(parts, "\n");
  }

  /** A text as code: shown as it is, on one line. */
  static code(text: string): Markdown {
    const line = text.replace(/[\p{Control}\u2028\u2029]+/gu, " ");
    const fence = backticksAround(line, 1);
    // A blank inside the fence belongs to the fence.
    const pad = /^[` ]|[` ]$/.test(line) || line === "" ? " " : "";
    return new Markdown(`${fence}${pad}${line}${pad}${fence}`);
  }

  /** A text as a block of code, which it cannot end. */
  static codeBlock(text: string, language = ""): Markdown {
    const fence = backticksAround(text, 3);
    return new Markdown(`${fence}${language}\n${text}\n${fence}`);
  }

  /** Parts with Medley's own separator between them; absent and empty ones are left out. */
  static join(parts: readonly (Markdown | undefined)[], separator: string): Markdown {
    const sources = parts.flatMap((part) => (part === undefined || part.source === "" ? [] : [part.source]));
    return new Markdown(sources.join(separator));
  }

  static paragraphs(parts: readonly (Markdown | undefined)[]): Markdown {
    return Markdown.join(parts, "\n\n");
  }

  static list(items: readonly Markdown[]): Markdown {
    return new Markdown(items.map(({ source }) => `- ${source}`).join("\n"));
  }

  /** A text of any lines as text: each line is a paragraph. */
  static text(text: string): Markdown {
    return Markdown.paragraphs(text.split(/\r\n|\r|\n/).map((line) => markdown`${line}`));
  }

  toString(): string {
    return this.source;
  }
}

/** Markdown as written, with every value that is not itself {@link Markdown} escaped, on one line. */
export function markdown(strings: TemplateStringsArray, ...values: readonly (Markdown | string | number)[]): Markdown {
  const parts = values.map((value) => (value instanceof Markdown ? value.source : escapeMarkdown(String(value))));
  return Markdown.own(String.raw({ raw: strings }, ...parts));
}

/** A run of backticks that is nowhere in the text, of at least the given length. */
function backticksAround(text: string, least: number): string {
  let longest = least - 1;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return "`".repeat(longest + 1);
}
