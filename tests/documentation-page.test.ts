import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startSystem, type TestSystem } from './support/system.ts';

const browserPath = '/usr/bin/chromium';
const skip = existsSync(browserPath) ? false : `there is no ${browserPath} here`;

suite('the documentation in a browser', { skip }, () => {
  let system: TestSystem;
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];
  const complaints: string[] = [];

  before(async () => {
    system = await startSystem();
    browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${system.api.url}/docs`);
    await operation('bookAppointment').waitFor({ timeout: 120_000 });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  const operation = (id: string) => page.locator(`[id="operation/${id}"]`);
  const shows = async (id: string, ...texts: string[]) => {
    for (const text of texts) {
      await operation(id).getByText(text, { exact: false }).first().waitFor({ timeout: 60_000 });
    }
  };

  test('a field tells whether it is required, its type, its limits and its allowed values', async () => {
    await shows('bookAppointment', 'required', 'string (Id)', '[ 1 .. 1000 ] characters');
    await shows('giveFeedback', 'integer', '[ 1 .. 5 ]');
    await shows('searchDoctors', 'nextAvailable', 'Enum', 'Default');
  });

  test('both branches of a union can be read', async () => {
    await shows('createSchedule', 'times');
    await operation('createSchedule').locator('select').first().selectOption('weekly');
    await shows('createSchedule', 'weekdays', 'validFrom');
  });

  test('each operation has its curl line and the codes it refuses with', async () => {
    await shows('bookAppointment', 'slot_taken', 'too_many_appointments');
    await operation('bookAppointment').getByRole('tab', { name: 'curl' }).click();
    await shows('bookAppointment', 'Authorization: Bearer $TOKEN');
  });

  test('it begins with how to sign in, and a word is found by searching', async () => {
    assert.match((await page.locator('main').textContent()) ?? '', /^[\s\S]{0,1500}Signing in/);
    await page.getByPlaceholder('Search').fill('reschedule');
    await page.locator('[data-role="search:results"]').getByText('Ask for another slot').first().waitFor();
  });

  test('nothing came from elsewhere, and no policy was broken', () => {
    const { origin } = new URL(system.api.url);
    const elsewhere = asked.filter((url) => !url.startsWith(origin) && !/^(blob|data):/.test(url));
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(complaints, []);
  });
});
