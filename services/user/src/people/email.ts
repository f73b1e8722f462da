import { domainToUnicode } from 'node:url';

/** An address as its owner writes it: its domain with letters beyond ASCII, which is kept in ASCII. */
export function showEmail(kept: string): string {
  if (!/[@.]xn--/i.test(kept)) return kept;
  const at = kept.lastIndexOf('@');
  return `${kept.slice(0, at)}@${domainToUnicode(kept.slice(at + 1)) || kept.slice(at + 1)}`;
}
