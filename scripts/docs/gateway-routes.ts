import type { DeployedRoute } from '@consulta/platform/http';

/** `apps/distributed/src/gateway/routes.json`: which service serves which path, from the routes as they are deployed. */
export function gatewayRoutes(routes: readonly DeployedRoute[]): string {
  const services = new Map(
    routes.flatMap(({ url, service }) => (service ? [[url, service.replace(/ service$/, '')]] : [])),
  );
  const paths = [...services].sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = paths.map(([path, service]) => `  { "path": "${path}", "service": "${service}" }`);
  return `[\n${lines.join(',\n')}\n]\n`;
}
