import type { FileMediaType } from '@consulta/contracts';

const charsMax = 150;
const extensions: Record<FileMediaType, readonly string[]> = {
  'application/pdf': ['.pdf'],
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/png': ['.png'],
};

/**
 * A file name that is safe to show and to save: no folders, control or direction characters, nothing that file
 * systems or shells give a meaning to, at most 150 characters, and an extension that is true of the content.
 */
export function safeFileName(given: string, mediaType: FileMediaType): string {
  const cleaned = given
    .slice(-1_024)
    .toWellFormed()
    .replace(/^.*[/\\]/s, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/gu, '')
    .normalize('NFC')
    .replace(/[<>:"|?*%;`$]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/(?<![. ])[. ]+$/, '');
  const [extension = ''] = extensions[mediaType];
  const kept = extensions[mediaType].find((each) => cleaned.toLowerCase().endsWith(each));
  const stem = (kept ? cleaned.slice(0, -kept.length) : cleaned).replace(/^[. ]+/, '');
  return `${shorten(stem) || 'arquivo'}${kept ?? extension}`;
}

/** Cuts at a whole character. */
const shorten = (stem: string) =>
  [...stem]
    .slice(0, charsMax)
    .join('')
    .replace(/(?<![. ])[. ]+$/, '');

/**
 * `Content-Disposition` that makes a browser save the file: the name in ASCII for old clients (RFC 6266) and
 * in full for the others (RFC 8187).
 */
export function attachment(name: string): string {
  const ascii = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${full}`;
}
