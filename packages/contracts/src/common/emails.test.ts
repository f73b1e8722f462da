import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEmail } from './emails.ts';

test('however a mailbox is typed, it is read as the same address', () => {
  const spellings = {
    'joão@xn--clnica-4va.com.br': [
      'joão@clínica.com.br',
      'joa\u0303o@cli\u0301nica.com.br',
      'JOÃO@CLÍNICA.com.br',
      'João@Clínica.COM.BR',
      'joão@xn--clnica-4va.com.br',
    ],
    'ana@xn--so-paulo-rza.com': ['ana@são-paulo.com', 'ana@SÃO-PAULO.COM'],
  };
  for (const [address, typed] of Object.entries(spellings)) {
    for (const each of typed) assert.equal(readEmail(each), address, each);
  }
});

test('what is ASCII stays as it is', () => {
  for (const address of ['Ana.Souza+x@Example.com', "o'neil@example.com.br", 'a@xn--clnica-4va.com.br']) {
    assert.equal(readEmail(address), address);
  }
});

test('what is no address is none', () => {
  const none = [
    ...['', '@', 'ana', 'ana@', '@example.com', 'ana@example', 'ana@.com', 'ana@example..com', 'ana@-a.com'],
    ...['a na@example.com', '.ana@example.com', 'ana.@example.com', 'a..b@example.com', 'ana@exa mple.com'],
    ...['ana@127.0.0.1', 'ana@example.com:80', 'ana@example.com/x', 'ana@example.com#x', 'ana@ex%61mple.com'],
    ...[
      'a@b@example.com',
      'ana\u200b@example.com',
      'ana@exa\u202emple.com',
      'ana@exam\u00adple.com',
      'ana@[::1]',
    ],
    `ana@${'a'.repeat(64)}.com`,
    `${'é'.repeat(130)}@example.com`,
  ];
  for (const typed of none) assert.equal(readEmail(typed), undefined, typed);
});
