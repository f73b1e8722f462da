import { X509Certificate } from 'node:crypto';
import { gauge, type Metrics } from '@consulta/platform/process';

const certificateExpiry = gauge({
  name: 'consulta_certificate_expiry_timestamp_seconds',
  unit: 'Unix seconds',
  meaning: 'When the served certificate ends; absent where none is served',
  labels: {},
});

/** What the standalone application tells of itself. */
export const standaloneMetrics = [certificateExpiry];

/** Shows until when a certificate (PEM) counts. */
export function showCertificate(metrics: Metrics, cert: Buffer): void {
  const { validTo } = new X509Certificate(cert);
  metrics.gauge(certificateExpiry).set(Date.parse(validTo) / 1000);
}
