import { Type } from 'typebox';

/** An e-mail address, also with letters beyond ASCII (RFC 6531). */
export const Email = Type.String({
  title: 'Email',
  format: 'idn-email',
  maxLength: 254,
  examples: ['ana.souza@example.com'],
});

const localForm = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const typedDomain = /^[\p{L}\p{M}\p{N}.-]+$/u;
const domainForm = /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z]([a-z\d-]{0,61}[a-z\d])?$/;
const isAscii = /^[\x20-\x7e]*$/;
const octetsMax = 254;

/**
 * The address of a mailbox as accounts keep it, so that one mailbox is one account however it is typed: composed
 * letters (NFC) and a domain in ASCII (UTS #46). What is ASCII stays as it is; its case does not count. Undefined for
 * what is no address.
 */
export function readEmail(typed: string): string | undefined {
  const at = typed.lastIndexOf('@');
  const local = typed.slice(0, at).normalize('NFC');
  const domain = asciiDomain(typed.slice(at + 1));
  if (at < 1 || domain === undefined || !localForm.test(local)) return undefined;
  // Databases differ in which letters beyond ASCII they know the small ones of.
  const kept = isAscii.test(local) ? local : local.toLowerCase().normalize('NFC');
  if (new TextEncoder().encode(`${kept}@${domain}`).length > octetsMax) return undefined;
  return isAscii.test(typed) ? typed : `${kept}@${domain}`;
}

/** As the name system writes it: `xn--…` for labels beyond ASCII. */
function asciiDomain(typed: string): string | undefined {
  if (!typedDomain.test(typed) || typed.length > octetsMax) return undefined;
  const url = `https://${typed}`;
  const hostname = URL.canParse(url) ? new URL(url).hostname : '';
  return domainForm.test(hostname) ? hostname : undefined;
}
