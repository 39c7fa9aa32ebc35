/**
 * The file format of TensorFlow's records: of each its length (8 bytes), a checksum of that, its bytes, a checksum of those. All numbers
 * little-endian; a checksum is the masked CRC-32C.
 */
const polynomial = 0x82f63b78; // Castagnoli's, its bits reversed
const maskDelta = 0xa282ead8;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? polynomial : 0);
  return value;
});

/** CRC-32C (RFC 3720, appendix B.4). */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Rotated by 15 bits, plus a constant: so that a checksum of bytes that hold checksums is a good one. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + maskDelta) >>> 0;
}

export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = Buffer.alloc(16 + data.length);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return record;
}

/** A record that is cut short at the end, by a program that was killed, is left out. @throws Error when a checksum is wrong */
export function decodeRecords(bytes: Uint8Array): readonly Uint8Array[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: Uint8Array[] = [];
  for (let at = 0; at + 12 <= buffer.length; ) {
    const length = Number(buffer.readBigUInt64LE(at));
    if (buffer.readUInt32LE(at + 8) !== maskedCrc32c(buffer.subarray(at, at + 8)))
      throw new Error(`the length of the record at byte ${at} has another checksum`);
    const end = at + 12 + length;
    if (end + 4 > buffer.length) break;
    const data = buffer.subarray(at + 12, end);
    if (buffer.readUInt32LE(end) !== maskedCrc32c(data))
      throw new Error(`the record at byte ${at} has another checksum`);
    records.push(data);
    at = end + 4;
  }
  return records;
}
