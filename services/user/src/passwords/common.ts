import { dictionary } from '@zxcvbn-ts/language-common';

const common = new Set(dictionary['passwords-common']);

/**
 * Whether a password is among some 49,000 that leaks hold most often, whatever its case. OWASP ASVS 5.0.0
 * (6.2.4) asks for the 3,000 most common; the whole list also covers those of eight characters or more.
 */
export const isCommonPassword = (password: string): boolean => common.has(password.toLowerCase());
