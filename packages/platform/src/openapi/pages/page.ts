/** The page that shows the document: the renderer's script, ours that starts it, and no word inline. */
export const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Consulta: the API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/style.css">
<script src="/docs/redoc.js" defer></script>
<script src="/docs/start.js" type="module"></script>
</head>
<body>
<noscript><p>This page needs JavaScript; <a href="/openapi.json">the same as OpenAPI</a> does not.</p></noscript>
<main id="docs"><p>Loading the description of the API…</p></main>
</body>
</html>
`;

export const docsStyle = `body{margin:0;font:16px/1.5 system-ui,sans-serif}
body>noscript p,#docs>p{padding:1rem}
#docs :focus-visible{outline:3px solid #005fcc}
`;
