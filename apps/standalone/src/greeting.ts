import type { DemoAccount } from './demo/accounts.ts';

/** What a start that is ready says to who began it: where it is, and what to do next. */
export function greeting({
  url,
  accounts,
  userAgent,
}: {
  url: string;
  accounts: DemoAccount[];
  /** Of the npm that started it, where one did. */
  userAgent?: string | undefined;
}): string {
  const next =
    accounts.length > 0
      ? ['  Accounts to try it with:', ...accounts.map(accountLine)]
      : ['  Administrators are made by: npm run admin -- create --email EMAIL --name "FULL NAME"'];
  return [
    '',
    `  Consulta is ready at ${url}`,
    '',
    `  What it can do:  ${url}/docs`,
    `  A first call:    ${firstCall(url, accounts)}`,
    '',
    ...next,
    '',
    ...adviceOn(userAgent),
    '  Ctrl+C stops it; the next start finds everything again.',
    '',
  ].join('\n');
}

/** npm says which Node.js it runs on; the program itself runs on the one that it brought. */
function adviceOn(userAgent = ''): string[] {
  const major = Number(/\bnode\/v(\d+)/.exec(userAgent)?.[1] ?? nodeRecommended);
  if (major >= nodeRecommended) return [];
  return [
    `  npm runs on Node.js ${major}, which is no longer mended: ${nodeRecommended} or newer is recommended.`,
    '',
  ];
}

const nodeRecommended = 22;

/** Signs in where somebody can, since most else needs that. */
function firstCall(url: string, [account]: DemoAccount[]): string {
  if (!account) return `curl ${url}/api/v1/specialties`;
  const body = JSON.stringify({ identifier: account.email, password: account.password });
  return `curl ${url}/api/v1/auth/login -H 'content-type: application/json' -d '${body}'`;
}

const accountLine = ({ role, email, password, name }: DemoAccount) =>
  `    ${role.padEnd(8)} ${email}  ${password}  (${name})`;
