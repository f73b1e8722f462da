import type { Words } from '@consulta/contracts';
import { details } from '@consulta/contracts';
import sharp from 'sharp';

/** Whoever opens an image needs memory for every pixel it claims to have: this bounds decompression bombs. */
const pixelsMax = 50_000_000;

// Nothing but these two decoders is ever tried, whatever the bytes say.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });
sharp.cache(false);
sharp.concurrency(1);

/**
 * Decodes a picture as a reader would, and says why it is not taken; undefined when it is. Bytes after its end
 * are as they may be: phones put notes, thumbnails and whole films there.
 */
export async function refuseImage(content: Buffer, type: 'jpeg' | 'png'): Promise<Words | undefined> {
  const damaged = details.fileDamaged(type.toUpperCase());
  // Readers show pictures with small faults, but one that ends early shows grey where the finding may be.
  const image = sharp(content, { limitInputPixels: pixelsMax, failOn: 'truncated', sequentialRead: true });
  try {
    const { format, width, height } = await image.metadata();
    if (format !== type) return damaged;
    if (width * height > pixelsMax) return details.imageTooLarge;
    await image.resize(8, 8, { fit: 'fill' }).raw().toBuffer();
    return undefined;
  } catch (error) {
    return /pixel limit/.test(String(error)) ? details.imageTooLarge : damaged;
  }
}
