import type { SourceFile } from './sources.ts';

/**
 * The circles of imports, each as the files that reach one another: the strongly connected components of the graph
 * (R. Tarjan, Depth-first search and linear graph algorithms, 1972).
 */
export function circles(files: SourceFile[]): string[][] {
  const edges = new Map(
    files.map(({ path, imports }) => [path, imports.flatMap(({ target }) => target ?? [])]),
  );
  const order = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];

  const visit = (path: string): number => {
    const number = order.size;
    let low = number;
    order.set(path, number);
    open.push(path);
    for (const target of edges.get(path) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (open.includes(target)) low = Math.min(low, order.get(target) ?? number);
      if (target === path) found.push([path]);
    }
    if (low === number) {
      const members = open.splice(open.indexOf(path));
      if (members.length > 1) found.push(members.sort());
    }
    return low;
  };

  for (const path of edges.keys()) if (!order.has(path)) visit(path);
  return found;
}
