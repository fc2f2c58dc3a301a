/** Random access to the bytes of one file. Core parses through it; the node layer opens files. */
export interface ByteSource {
  /** What messages call it: a path, as the user gave it. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset` on.
   * @throws FileError when the range leaves the file or reading fails
   */
  read(offset: number, length: number): Promise<Uint8Array>;
}
