/** The entity tag of a version: its number. */
export const etagOf = (version: number): string => `"${version}"`;

/**
 * Reads `If-Match` (RFC 9110, 13.1.1): which versions the caller accepts to change; any without the header. A tag
 * that a compressing proxy has made weak still names one version, so it is accepted.
 */
export function versionsAccepted(ifMatch: string | undefined): (version: number) => boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return () => true;
  const tags = new Set(ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, '')));
  return (version) => tags.has(etagOf(version));
}
