import { stringify } from 'yaml';
import { alertmanagerConfig } from '../../infra/monitoring/alertmanager.ts';
import { ruleFile } from '../../infra/monitoring/rules.ts';

const yaml = (what: object) => `# Made from code: npm run docs\n${stringify(what, { lineWidth: 0 })}`;

/** The files of Prometheus and Alertmanager that are made from code, by their paths. */
export const monitoringFiles = (): Record<string, string> => ({
  'infra/monitoring/rules/consulta.yaml': yaml(ruleFile()),
  'infra/monitoring/alertmanager/slack.yaml': yaml(alertmanagerConfig('slack')),
  'infra/monitoring/alertmanager/teams.yaml': yaml(alertmanagerConfig('teams')),
});
