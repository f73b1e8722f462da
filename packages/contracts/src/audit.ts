import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';

export const auditActions = [
  'create',
  'list',
  'read',
  'download',
  'change',
  'delete',
  'grant',
  'revoke',
] as const;
export type AuditAction = (typeof auditActions)[number];

export const auditedResources = [
  'file',
  'file_list',
  'file_access',
  'medical_report',
  'medical_report_list',
  'note',
  'feedback',
] as const;
export type AuditedResource = (typeof auditedResources)[number];

/** One access to a patient's medical data: GET /users/me/access-log. */
export const AccessLogEntry = Type.Object(
  {
    actorId: nullable(Id),
    actorName: nullable(
      Type.String({ description: 'null for the service itself', examples: ['Carlos Eduardo Lima'] }),
    ),
    actorRole: Type.Enum(['patient', 'doctor', 'admin', 'system'], { examples: ['doctor'] }),
    action: Type.Enum([...auditActions], { examples: ['read'] }),
    resource: Type.Object({
      kind: Type.Enum([...auditedResources]),
      id: Id,
      appointmentId: nullable(Id),
    }),
    at: Instant,
  },
  { title: 'AccessLogEntry' },
);
export type AccessLogEntry = Static<typeof AccessLogEntry>;
