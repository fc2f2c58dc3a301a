/** The linear memory that kernels work in, handed out block by block. Views become invalid at the next `reserve`. */
export class KernelMemory {
  private next: number;

  /**
   * @param start First address that callers may use.
   * @param grow Makes the memory at least so many bytes long.
   */
  constructor(
    private readonly start: number,
    private readonly buffer: () => ArrayBuffer,
    private readonly grow: (bytes: number) => void,
  ) {
    this.next = start;
  }

  /** Frees everything and makes room for `bytes`. */
  reserve(bytes: number): void {
    this.next = this.start;
    const end = this.start + bytes;
    if (this.buffer().byteLength < end) this.grow(end);
  }

  /** Address of `bytes` bytes, aligned to 16, with room to read 16 bytes more. Not cleared. */
  allocate(bytes: number): number {
    const address = this.next;
    this.next += allocationBytes(bytes);
    if (this.next > this.buffer().byteLength) this.grow(this.next);
    return address;
  }

  bytes(address: number, count: number): Uint8Array {
    return new Uint8Array(this.buffer(), address, count);
  }

  u32(address: number, count: number): Uint32Array {
    return new Uint32Array(this.buffer(), address, count);
  }

  f32(address: number, count: number): Float32Array {
    return new Float32Array(this.buffer(), address, count);
  }

  f64(address: number, count: number): Float64Array {
    return new Float64Array(this.buffer(), address, count);
  }
}

/** What an allocation of `bytes` takes up. */
export function allocationBytes(bytes: number): number {
  return Math.ceil(bytes / 16) * 16 + 16;
}
