type Json = Record<string, unknown>;

/** Parts of the document that many operations have: each stands in it once, and is referred to. */
export type Shared = {
  /** A reference to the part; the same part gets the same reference, whatever name it comes with. */
  refer: (name: string, part: Json) => Json;
  all: () => Record<string, Json>;
};

/** Collects parts of one kind, such as `parameters`. Different parts of one name are told apart by a number. */
export function collectShared(kind: 'parameters' | 'headers' | 'responses' | 'examples'): Shared {
  const parts = new Map<string, Json>();
  const names = new Map<string, string>();
  const refer = (name: string, part: Json): Json => {
    const content = JSON.stringify(part);
    let known = names.get(content);
    for (let number = 1; known === undefined; number += 1) {
      const free = number === 1 ? name : `${name}-${number}`;
      if (!parts.has(free)) known = free;
    }
    names.set(content, known);
    parts.set(known, part);
    return { $ref: `#/components/${kind}/${known}` };
  };
  return { refer, all: () => Object.fromEntries(parts) };
}

const worthInlining = ['parameters', 'responses'] as const;

/** Puts each parameter and answer that only one place refers to where it is used: a name would only make it longer. */
export function inlineSingles<T extends Json & { components: Record<string, Json> }>(document: T): T {
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g);
  const uses = Map.groupBy(references, ([, kind, name]) => `${kind}/${name}`);
  const isSingle = (kind: string, name: string) => uses.get(`${kind}/${name}`)?.length === 1;
  const singles = new Map<unknown, unknown>();
  const components = { ...document.components };
  for (const kind of worthInlining) {
    const parts = Object.entries(components[kind] ?? {});
    for (const [name, part] of parts) {
      if (isSingle(kind, name)) singles.set(`#/components/${kind}/${name}`, part);
    }
    components[kind] = Object.fromEntries(parts.filter(([name]) => !isSingle(kind, name)));
  }
  const placed = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(placed);
    if (typeof node !== 'object' || node === null) return node;
    const single = '$ref' in node ? singles.get(node.$ref) : undefined;
    if (single) return placed(single);
    return Object.fromEntries(Object.entries(node).map(([name, each]) => [name, placed(each)]));
  };
  return placed({ ...document, components }) as T;
}
