/*
 * npm run docs:screens
 * Takes the pictures in docs/screens from a server of its own, with the Chromium of this machine (CHROMIUM_PATH, else
 * /usr/bin/chromium).
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { greeting, readConfig, type Standalone, startStandalone } from '@consulta/standalone';
import { type Browser, chromium, type Page } from 'playwright-core';

const folder = fileURLToPath(new URL('../../docs/screens/', import.meta.url));
const dataFolder = await mkdtemp(join(tmpdir(), 'consulta-screens-'));
const standalone = await startStandalone(
  readConfig({ PORT: '0', INTERNAL_PORT: '0', DATA_DIR: dataFolder, DEMO: '1', LOG_LEVEL: 'warn' }),
);
try {
  await takeAll(standalone);
} finally {
  await standalone.stop();
  await rm(dataFolder, { recursive: true, force: true });
}

async function takeAll({ url, accounts }: Standalone): Promise<void> {
  await mkdir(folder, { recursive: true });
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    await takeStart(browser, greeting({ url: 'http://localhost:8080', accounts }));
    await takeApi(browser, `${url}/docs`);
  } finally {
    await browser.close();
  }
}

/** What a start says, as a terminal shows it. */
async function takeStart(browser: Browser, said: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 320 } });
  await page.setContent(
    '<body style="margin: 0; background: #1e1e1e"><pre style="margin: 12px; color: #eee; font: 14px/1.35 monospace"></pre>',
  );
  await page.locator('pre').evaluate((element, text) => {
    element.textContent = text;
  }, `$ npm start\n${said}`);
  await take(page, 'start.png');
}

/** The documentation, where it is about booking. */
async function takeApi(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(url);
  const operation = page.locator('[id="operation/bookAppointment"]');
  await operation.waitFor({ timeout: 120_000 });
  await operation.scrollIntoViewIfNeeded();
  await take(page, 'api.png');
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, name) });
}
