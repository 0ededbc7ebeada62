import { decompress as unzstd } from 'fzstd';
import kafkajs from 'kafkajs';
import { decompressFrame } from 'lz4-napi';
import { uncompress as unsnappy } from 'snappy';

/** A CommonJS module whose table of codecs Node does not find by name. */
const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Magic of the framing that Java's snappy puts around its blocks: `SNAPPY` and two 32-bit versions follow. */
const XERIAL_HEADER = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0]);
const XERIAL_HEADER_BYTES = 16;

/** Teaches kafkajs, which knows gzip alone, to read what other producers compressed. We write none of these. */
export const readAllCodecs = (): void => {
  CompressionCodecs[CompressionTypes.Snappy] = () => ({ compress: refuse, decompress: unsnapped });
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: refuse,
    decompress: (data: Buffer) => decompressFrame(data),
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: refuse,
    decompress: (data: Buffer) => Promise.resolve(Buffer.from(unzstd(data))),
  });
};

/** Blocks framed as Java does, each after its length, or one bare block as librdkafka writes it. */
const unsnapped = async (data: Buffer): Promise<Buffer> => {
  if (!data.subarray(0, XERIAL_HEADER.length).equals(XERIAL_HEADER)) return asBuffer(await unsnappy(data));
  const blocks: Buffer[] = [];
  let at = XERIAL_HEADER_BYTES;
  while (at < data.length) {
    const length = data.readUInt32BE(at);
    blocks.push(asBuffer(await unsnappy(data.subarray(at + 4, at + 4 + length))));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
};

const asBuffer = (data: string | Buffer): Buffer => (typeof data === 'string' ? Buffer.from(data) : data);

const refuse = (): Promise<Buffer> => Promise.reject(new Error('this program writes gzip or nothing'));
