import { crc32, deflateRawSync } from "node:zlib";

/** A ZIP archive as actions/upload-artifact streams it: sizes are only in the list at the end. */
export function makeZip(files: Readonly<Record<string, string>>, method: 0 | 8 = 8): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text, "utf8");
    const packed = method === 8 ? deflateRawSync(content) : content;
    const sums = [crc32(content), packed.length, content.length];
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(8, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(8, 8);
    entry.writeUInt16LE(method, 10);
    sums.forEach((sum, index) => {
      descriptor.writeUInt32LE(sum, 4 + 4 * index);
      entry.writeUInt32LE(sum, 16 + 4 * index);
    });
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(at, 42);
    const own = Buffer.concat([local, Buffer.from(name), packed, descriptor]);
    at += own.length;
    parts.push(own);
    list.push(entry, Buffer.from(name));
  }
  const central = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}
