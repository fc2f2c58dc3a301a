// Writes ZIP archives: enough of the format for a VSIX, with the same bytes for the same files wherever it runs.
import { deflateRawSync, crc32 } from "node:zlib";

/** 1 January 1980, the earliest date that the format knows: an archive must not depend on when it was made. */
const date = (1 << 5) | 1;
const version = 20;
const names = 1 << 11; // in UTF-8
const deflated = 8;
const madeOnUnix = 3 << 8;
const regularFile = (0o100644 << 16) >>> 0;

/**
 * @param {readonly { readonly name: string, readonly data: Buffer }[]} files
 * @returns {Buffer} at most 4 GiB, which is the format's own limit without extensions
 */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, data } of files) {
    const path = Buffer.from(name);
    const compressed = deflateRawSync(data, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(version, 0);
    common.writeUInt16LE(names, 2);
    common.writeUInt16LE(deflated, 4);
    common.writeUInt16LE(date, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(compressed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from("PK\x03\x04"), common, path, compressed);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(regularFile, 6);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02"), u16(madeOnUnix | version), common, place, path);
    offset += 4 + common.length + path.length + compressed.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from("PK\x05\x06"), end]);
}

function u16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
