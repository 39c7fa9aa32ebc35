/** Parts of a file, wherever they are in it, so that none larger than what is needed of it is in memory. */
import { open } from "node:fs/promises";
import { reasonOf } from "../files/file-error.ts";
import { UserError } from "../user-error.ts";

export interface ByteSource {
  /** Bytes of the file. */
  readonly size: number;
  /** @throws RangeError past the end of the file */
  readonly read: (at: number, length: number) => Promise<Buffer>;
}

export interface OpenBytes extends ByteSource {
  readonly close: () => Promise<void>;
}

/** @param file a regular one (read-bytes.ts). @throws UserError when it cannot be opened */
export async function openBytes(file: string): Promise<OpenBytes> {
  const handle = await open(file).catch((error: unknown) => {
    throw new UserError(`${file} cannot be read: ${reasonOf(error)}`);
  });
  const { size } = await handle.stat();
  return {
    size,
    read: async (at, length) => {
      if (at + length > size) throw new RangeError("the end of the file is missing");
      const bytes = Buffer.alloc(length);
      for (let read = 0; read < length; ) {
        const { bytesRead } = await handle.read(bytes, read, length - read, at + read);
        if (bytesRead === 0) throw new RangeError("the end of the file is missing");
        read += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** Runs `use` while the file is open. @throws UserError when it cannot be opened */
export async function withBytes<T>(file: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const source = await openBytes(file);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

/** Of a file in memory: views, no copies. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (at, length) => {
      if (at + length > bytes.length) throw new RangeError("the end of the file is missing");
      return Buffer.from(bytes.buffer, bytes.byteOffset + at, length);
    },
  };
}
