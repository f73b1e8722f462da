/** What {@link originsOf} reads, in words. */
export const originsAccepted = 'origins separated by commas, as in https://clinica.example';

/** Reads a list of origins separated by commas. Throws where one is not an origin, such as `https://clinica.example`. */
export function originsOf(listed: string | undefined): string[] {
  const entries = (listed ?? '').split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map(originOf);
}

function originOf(entry: string): string {
  const url = URL.canParse(entry) ? new URL(entry) : undefined;
  if (url && /^https?:$/.test(url.protocol) && entry.replace(/\/$/, '').toLowerCase() === url.origin) {
    return url.origin;
  }
  throw new Error(
    `CORS_ORIGINS takes origins separated by commas, such as https://clinica.example: ${entry} is none`,
  );
}
