/*
 * Shows /openapi.json with Redoc, with a curl line beside each operation and the codes beside each refusal's status. Runs
 * in the browser.
 */
const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** The part of the document that a reference names, or what is no reference itself. */
const resolve = (document, part) =>
  part?.$ref
    ? part.$ref
        .slice(2)
        .split('/')
        .reduce((at, name) => at[name], document)
    : part;

/** Quoted for a shell. */
const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

function curlLine(document, path, method, operation) {
  const parameters = (operation.parameters ?? []).map((each) => resolve(document, each));
  const filled = parameters
    .filter((each) => each.in === 'path')
    .reduce((url, { name, example }) => url.replace(`{${name}}`, encodeURIComponent(example)), path);
  const query = parameters
    .filter((each) => each.in === 'query' && each.required)
    .map(({ name, example }) => `${name}=${encodeURIComponent(example)}`)
    .join('&');
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const words = [
    'curl',
    ...(method === 'get' ? [] : ['-X', method.toUpperCase()]),
    quoted(location.origin + filled + (query && `?${query}`)),
    ...(operation.security?.length === 0 ? [] : ['-H', '"Authorization: Bearer $TOKEN"']),
    ...(type === 'multipart/form-data' ? ['-F', 'file=@exame.pdf'] : []),
    ...(type === 'application/json'
      ? ['-H', quoted(`Content-Type: ${type}`), '-d', quoted(JSON.stringify(content.example))]
      : []),
  ];
  return words.join(' ');
}

/** Tells the codes of a refusal where nothing need be unfolded. */
function tellCodes(answer) {
  const parts = answer.content?.['application/problem+json']?.schema.allOf ?? [];
  const codes = parts.flatMap(({ properties }) => properties?.code.enum ?? []);
  if (codes.length > 0) answer.description = codes.map((code) => `\`${code}\``).join(', ');
}

const document_ = await (await fetch('/openapi.json')).json();
for (const [path, operations] of Object.entries(document_.paths)) {
  for (const method of methods) {
    const operation = operations[method];
    if (!operation) continue;
    const source = curlLine(document_, path, method, operation);
    operation['x-codeSamples'] = [{ lang: 'Shell', label: 'curl', source }];
    for (const answer of Object.values(operation.responses)) tellCodes(resolve(document_, answer));
  }
}
Redoc.init(
  document_,
  { nativeScrollbars: true, hideDownloadButton: false, expandResponses: '' },
  document.getElementById('docs'),
);
