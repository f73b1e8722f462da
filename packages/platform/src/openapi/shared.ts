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
