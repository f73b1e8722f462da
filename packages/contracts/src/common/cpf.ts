import { Type } from 'typebox';

export const Cpf = Type.String({
  title: 'Cpf',
  maxLength: 11,
  pattern: '^\\d{11}$',
  description: 'CPF, eleven digits',
  examples: ['52998224725'],
});

/**
 * Whether a CPF's two check digits are right: weights 10…2 and 11…2, modulo 11 (Receita Federal). Eleven
 * equal digits pass the arithmetic but are never issued.
 */
export const isCpf = (digits: string): boolean =>
  /^\d{11}$/.test(digits) && !/^(\d)\1{10}$/.test(digits) && cpfOf(digits.slice(0, 9)) === digits;

/** The CPF that these nine digits complete to. */
export function cpfOf(nineDigits: string): string {
  const ten = nineDigits + checkDigit(nineDigits);
  return ten + checkDigit(ten);
}

function checkDigit(digits: string): string {
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (digits.length + 1 - i), 0);
  return String(((sum * 10) % 11) % 10);
}
