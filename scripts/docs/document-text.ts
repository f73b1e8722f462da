/** `packages/contracts/openapi.json`: the document as it is served, in lines that a comparison can show. */
export const documentText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
