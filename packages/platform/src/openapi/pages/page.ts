type Operation = {
  summary: string;
  tags: string[];
  security: unknown[];
  parameters: { name: string; in: string; required: boolean; description?: string; example?: unknown }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<string, Answer | { $ref: string }>;
};
type Answer = { description: string; content?: Record<string, { example?: unknown }> };
type Resolve = (answer: Answer | { $ref: string }) => Answer;

/** The OpenAPI document as one page to read: no scripts, nothing from elsewhere. */
export function docsPage(document: Record<string, unknown>): string {
  const { responses } = document.components as { responses: Record<string, Answer> };
  const resolve: Resolve = (answer) =>
    '$ref' in answer ? (responses[answer.$ref.split('/').at(-1) ?? ''] ?? { description: '' }) : answer;
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths as Record<string, Record<string, Operation>>)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), section(method.toUpperCase(), path, operation, resolve)]);
    }
  }
  const tags = [...byTag.keys()];
  const contents = tags.map((tag) => `<li><a href="#${slug(tag)}">${html(tag)}</a></li>`).join('');
  const parts = tags
    .map((tag) => `<h2 id="${slug(tag)}">${html(tag)}</h2>${byTag.get(tag)?.join('')}`)
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Consulta: routes</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/docs/style.css"></head>
<body><main><h1>Consulta: routes</h1><p>The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
<nav aria-label="Contents"><ul>${contents}</ul></nav>${parts}</main></body></html>`;
}

function section(method: string, path: string, operation: Operation, resolve: Resolve): string {
  const { summary, security, parameters, requestBody, responses } = operation;
  const rows = parameters
    .map(
      (
        each,
      ) => `<tr><td><code>${html(each.name)}</code></td><td>${each.in}</td><td>${each.required ? 'yes' : ''}</td>
<td>${html(each.description ?? '')}${each.example === undefined ? '' : ` <code>${html(String(each.example))}</code>`}</td></tr>`,
    )
    .join('');
  const table =
    rows &&
    `<table><thead><tr><th>Parameter</th><th>In</th><th>Required</th><th>Meaning, example</th></tr></thead><tbody>${rows}</tbody></table>`;
  const answers = Object.entries(responses).map(([status, answer]) => {
    const { description, content } = resolve(answer);
    return `<dt>${status}</dt><dd>${html(description)}${example(content)}</dd>`;
  });
  return `<details><summary><code><b>${method}</b> ${html(path)}</code> <span>${html(summary)}</span></summary>
<p>${security.length === 0 ? 'Anyone' : 'With an access token'}</p>${table}
${requestBody ? `<h3>Takes</h3>${example(requestBody.content)}` : ''}<h3>Answers</h3><dl>${answers.join('')}</dl></details>`;
}

function example(content: Record<string, { example?: unknown }> | undefined): string {
  return Object.entries(content ?? {})
    .map(([type, { example: value }]) => {
      const shown = value === undefined ? '' : `<pre>${html(JSON.stringify(value, null, 2))}</pre>`;
      return ` <code>${html(type)}</code>${shown}`;
    })
    .join('');
}

const slug = (text: string) => text.replaceAll(/\W+/g, '-');
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const html = (text: string) => text.replaceAll(/[&<>"]/g, (each) => entities[each] ?? each);

export const docsStyle = `body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1b1b1b;background:#fff}
main{max-width:60rem;margin:0 auto;padding:1rem}details{border-top:1px solid #ccc;padding:.4rem 0}
summary{cursor:pointer}summary:focus-visible{outline:3px solid #005fcc}summary span{color:#444}
pre{background:#f4f4f4;padding:.6rem;overflow:auto;font-size:.85rem}code{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.9rem}td,th{border:1px solid #ccc;padding:.3rem;text-align:left}
dt{font-weight:bold}a{color:#004a9f}@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}
pre{background:#262626}summary span{color:#bbb}a{color:#8ab8ff}td,th,details{border-color:#555}}`;
