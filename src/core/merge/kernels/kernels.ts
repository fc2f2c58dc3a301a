/** Elementwise and reducing operations on blocks of tensors in one linear memory. */
export interface Kernels {
  /** The linear memory. Invalid after the next `reserve`. */
  readonly bytes: Uint8Array;
  /** Frees everything that was allocated and makes room for `bytes`. */
  reserve(bytes: number): void;
  /** Address of `bytes` free bytes, aligned to 16. */
  allocate(bytes: number): number;
}
