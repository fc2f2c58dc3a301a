import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Item } from "../benchmarks/item.ts";

/**
 * A 32-bit seed for one item that depends on nothing but the run's seed, the item and the draw, so that the order of
 * evaluation, a limit or a resumption does not matter: the first four bytes (big-endian) of the SHA-256 of the JSON
 * array `[seed, benchmark, split, id, draw]`.
 */
export function itemSeed(seed: number, item: Item, draw = 0): number {
  const digest = sha256(utf8ToBytes(JSON.stringify([seed, item.benchmark, item.split, item.id, draw])));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}
