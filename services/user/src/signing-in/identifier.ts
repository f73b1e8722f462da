import { readEmail } from '@consulta/contracts';

/** What someone signs in with. */
export type Identifier =
  | { kind: 'email'; email: string }
  | { kind: 'cpf'; cpf: string }
  | { kind: 'crm'; number: string; state: string };

/** Reads an e-mail, a CPF (with or without its punctuation) or a CRM like `123456-SP`. */
export function parseIdentifier(text: string): Identifier {
  const trimmed = text.trim();
  const crm = /^(\d{1,10})-([A-Za-z]{2})$/.exec(trimmed);
  if (crm?.[1] && crm[2]) return { kind: 'crm', number: crm[1], state: crm[2].toUpperCase() };
  if (/^\d{3}\.?\d{3}\.?\d{3}-?\d{2}$/.test(trimmed)) return { kind: 'cpf', cpf: trimmed.replace(/\D/g, '') };
  return { kind: 'email', email: readEmail(trimmed) ?? trimmed };
}

/** One text for all spellings of an identifier, by which guesses at it are counted. */
export const canonicalIdentifier = (identifier: Identifier): string =>
  JSON.stringify(
    identifier.kind === 'crm' ? { ...identifier, number: identifier.number.replace(/^0+/, '') } : identifier,
  ).toLowerCase();
