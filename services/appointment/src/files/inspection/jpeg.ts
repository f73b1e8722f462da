import { assertDimensions } from './dimensions.ts';
import { refuseMarkup } from './markup.ts';
import { refusal } from './refusal.ts';
import type { Step, Walk } from './structure.ts';

/*
 * JPEG, ITU-T T.81 annex B: segments from SOI to EOI. Phones append further whole images after EOI (CIPA
 * DC-007, multi-picture format); those are walked as well, when the first image announces them.
 */

const damaged = () => refusal('The JPEG is damaged');
const [soi, eoi, sos, comment, app0, app2, app15] = [0xd8, 0xd9, 0xda, 0xfe, 0xe0, 0xe2, 0xef];

type Seen = { frame: boolean; scan: boolean; announcesMore: boolean };

/** Walks the segments and the scans between them; comments and application data are read. */
export function* walkJpeg(): Walk {
  const start = yield { take: 2 };
  if (start[0] !== 0xff || start[1] !== soi) throw damaged();
  if (!(yield* walkImage()).announcesMore) return;
  for (;;) {
    const [next] = yield { more: true };
    if (next === undefined) return;
    if (next === 0) continue;
    if (next !== 0xff || (yield { take: 1 })[0] !== soi) throw damaged();
    yield* walkImage();
  }
}

function* walkImage(): Generator<Step, Seen, Buffer> {
  const seen: Seen = { frame: false, scan: false, announcesMore: false };
  let marker = yield* nextMarker();
  while (marker !== eoi) {
    const length = (yield { take: 2 }).readUInt16BE(0) - 2;
    if (length < 0 || isBare(marker)) throw damaged();
    yield* walkSegment(marker, length, seen);
    marker = marker === sos ? yield* endOfScan() : yield* nextMarker();
  }
  if (!seen.frame || !seen.scan) throw damaged();
  return seen;
}

function* walkSegment(marker: number, length: number, seen: Seen): Generator<Step, void, Buffer> {
  if (isFrame(marker)) {
    if (length < 6) throw damaged();
    const frame = yield { take: length };
    assertDimensions(frame.readUInt16BE(3), frame.readUInt16BE(1));
    seen.frame = true;
  } else if (length > 0 && (marker === comment || (marker >= app0 && marker <= app15))) {
    const data = yield { take: length };
    refuseMarkup(data);
    if (marker === app2 && data.toString('latin1', 0, 4) === 'MPF\0') seen.announcesMore = true;
  } else if (length > 0) {
    yield { skip: length };
  }
  if (marker === sos) {
    if (!seen.frame) throw damaged();
    seen.scan = true;
  }
}

/** A marker is 0xFF and a code; any number of 0xFF may fill before the code. */
function* nextMarker(): Generator<Step, number, Buffer> {
  if ((yield { take: 1 })[0] !== 0xff) throw damaged();
  return yield* markerCode();
}

function* markerCode(): Generator<Step, number, Buffer> {
  for (;;) {
    const code = (yield { take: 1 })[0] ?? 0;
    if (code !== 0xff) return code;
  }
}

/** Entropy-coded data ends at the first marker that is neither a stuffed zero nor a restart. */
function* endOfScan(): Generator<Step, number, Buffer> {
  for (;;) {
    yield { find: 0xff };
    const code = yield* markerCode();
    if (code !== 0 && !(code >= 0xd0 && code <= 0xd7)) return code;
  }
}

/** SOF0 to SOF15 but for the codes among them that mean tables. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Codes without a length that have no place between segments. */
const isBare = (marker: number) => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
