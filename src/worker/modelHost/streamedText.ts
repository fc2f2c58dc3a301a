import { largest, smallest } from "../../core/lists.ts";
type Detokenize<Token> = (tokens: readonly Token[], before: readonly Token[]) => string;

/** A token of a multi-byte character decodes to this until the character is complete. */
const incomplete = "\uFFFD";
/** UTF-8 characters have at most four bytes; a longer run of incomplete tokens is not a character in the making. */
const longestCharacter = 4;

/** Turns generated tokens into text, ends it before a stop text, and passes on each piece once it is certain. */
export class StreamedText<Token> {
  private text = "";
  private sent = 0;
  private pending: Token[] = [];
  private before: Token[] = [];
  private stopped = false;

  constructor(
    private readonly detokenize: Detokenize<Token>,
    private readonly stops: readonly string[],
    private readonly onText: (piece: string) => void,
  ) {}

  /** @returns whether a stop text was reached */
  add(token: Token): boolean {
    this.pending.push(token);
    const piece = this.detokenize(this.pending, this.before);
    if (piece.endsWith(incomplete) && this.pending.length < longestCharacter) return false;
    this.append(piece);
    return this.stopped;
  }

  /** The whole text; flushes what was held back. */
  finish(): string {
    if (this.pending.length > 0) this.append(this.detokenize(this.pending, this.before));
    this.send(this.text.length);
    return this.text;
  }

  private append(piece: string): void {
    this.before = [...this.before, ...this.pending].slice(-8);
    this.pending = [];
    if (this.stopped) return;
    this.text += piece;
    const ends = this.stops.map((stop) => this.text.indexOf(stop)).filter((index) => index >= 0);
    if (ends.length > 0) {
      this.stopped = true;
      this.text = this.text.slice(0, smallest(ends));
    }
    this.send(this.stopped ? this.text.length : this.text.length - this.heldBack());
  }

  /** Length of the longest end of the text that may be the beginning of a stop text. */
  private heldBack(): number {
    const longest = Math.max(0, largest(this.stops.map((stop) => stop.length - 1)));
    for (let length = Math.min(longest, this.text.length); length > 0; length--) {
      const end = this.text.slice(-length);
      if (this.stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }

  private send(upTo: number): void {
    if (upTo > this.sent) this.onText(this.text.slice(this.sent, upTo));
    this.sent = Math.max(this.sent, upTo);
  }
}
