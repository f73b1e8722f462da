import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { test } from 'node:test';
import { standaloneVariables } from '@consulta/standalone';

/*
 * The pages a newcomer reads lead to what exists and say what holds, in both languages alike.
 */

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const pages = globSync('{*.md,docs/**/*.md}', { cwd: root });
const readmes = ['README.md', 'README.pt-BR.md'];

test('the pages that a project needs are there', () => {
  for (const page of [...readmes, 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/operating.md'])
    assert.ok(pages.includes(page), page);
  assert.match(read('LICENSE'), /^MIT License\n/);
  assert.equal(JSON.parse(read('package.json')).license, 'MIT');
  assert.match(read('.editorconfig'), /^root = true$/m);
});

/** A heading's anchor, as code hosts make it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

test('every link from one page to another, or to a picture, leads somewhere', () => {
  let links = 0;
  for (const page of pages) {
    for (const [, link = ''] of read(page).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? resolve(root, page) : resolve(root, dirname(page), path);
      assert.ok(existsSync(target), `${page}: ${link}`);
      if (anchor !== undefined) assert.ok(anchorsOf(target).includes(anchor), `${page}: ${link}`);
      links += 1;
    }
  }
  assert.ok(links > 40);
});

test('every command that a page names is one of the project', () => {
  const { scripts } = JSON.parse(read('package.json'));
  for (const page of pages) {
    for (const [, script = ''] of read(page).matchAll(/\bnpm run ([\w:-]+)/g))
      assert.ok(script in scripts, `${page}: npm run ${script}`);
  }
});

/** The names in backticks in the first column of a page's tables. */
const variablesIn = (page: string) =>
  [...read(page).matchAll(/^\| (`[A-Z].*?) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? []);

test('both READMEs explain every variable, and none that does not exist', () => {
  const names = Object.keys(standaloneVariables);
  for (const page of readmes) {
    for (const name of names) assert.ok(read(page).includes(`\`${name}\``), `${page}: ${name}`);
    for (const name of variablesIn(page)) assert.ok(names.includes(name), `${page}: ${name}`);
  }
});

test('both READMEs have the same parts, pictures and status', () => {
  const [headings = [], others] = readmes.map((page) => read(page).match(/^#+ /gm) ?? []);
  assert.deepEqual(others, headings);
  for (const page of readmes) {
    const pictures = [...read(page).matchAll(/!\[[^\]]{10,}\]\((\S+\.png)\)/g)].map(([, path = '']) => path);
    assert.ok(pictures.length >= 2, page);
    for (const picture of pictures) assert.ok(statSync(resolve(root, picture)).size < 200_000, picture);
    assert.match(read(page), /^## (Status|Situação)$/m);
  }
});

test('the page for who runs it is about platforms, proxies, backups and upgrades', () => {
  const page = read('docs/operating.md');
  for (const part of ['Where it runs', 'Behind a reverse proxy', 'Backup and restore', 'Upgrading'])
    assert.match(page, new RegExp(`^## ${part}$`, 'm'));
});
