/** A public route: its path with `:parameters`, and the service that serves it. */
export type OwnedPath = { path: string; service: string };

/** A regular expression over a whole path, and whose the paths are that it fits and no earlier one does. */
export type Owner = { pattern: string; service: string };

type Node = { services: Set<string>; children: Map<string, Node> };

const parameter = '[^/]+';

/**
 * Whose each path is, as few patterns as will do: a part of the tree of paths that one service has alone is one pattern,
 * what several share is told apart below. As in a router, a segment that is spelled out goes before a parameter.
 */
export function ownersOf(routes: readonly OwnedPath[]): Owner[] {
  const root: Node = { services: new Set(), children: new Map() };
  for (const { path, service } of routes) {
    let node = root;
    for (const segment of path.split('/').slice(1)) {
      const name = segment.startsWith(':') ? parameter : escaped(segment);
      const child = node.children.get(name) ?? { services: new Set(), children: new Map() };
      node.children.set(name, child);
      node = child;
    }
    node.services.add(service);
    if (node.services.size > 1) throw new Error(`${path} is served by ${[...node.services].join(' and ')}`);
  }
  return ownersBelow(root, '');
}

function ownersBelow(node: Node, prefix: string): Owner[] {
  const [service, ...others] = servicesIn(node);
  if (service === undefined) return [];
  if (others.length === 0) return [{ pattern: `^${prefix}(/|$)`, service }];
  const spelledOut = [...node.children.keys()].filter((name) => name !== parameter).sort();
  const names = node.children.has(parameter) ? [...spelledOut, parameter] : spelledOut;
  const below = names.flatMap((name) => {
    const child = node.children.get(name);
    return child ? ownersBelow(child, `${prefix}/${name}`) : [];
  });
  const own = [...node.services].map((each) => ({ pattern: `^${prefix}$`, service: each }));
  return [...below, ...own];
}

const servicesIn = (node: Node): Set<string> =>
  new Set([...node.services, ...[...node.children.values()].flatMap((child) => [...servicesIn(child)])]);

const escaped = (segment: string) => segment.replaceAll(/[^\w-]/g, '\\$&');
