import { refusal } from './refusal.ts';

/** Whoever opens an image needs memory for every pixel it claims to have: this bounds decompression bombs. */
const pixelsMax = 50_000_000;

/** Refuses images without pixels and with more than 50 million. */
export function assertDimensions(width: number, height: number): void {
  if (width === 0 || height === 0) throw refusal('The image has no width or height');
  if (width * height > pixelsMax) {
    throw refusal('The image has more than 50 megapixels; send a smaller copy');
  }
}
