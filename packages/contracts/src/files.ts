import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { shown } from './common/people.ts';

/** The largest file taken, in bytes: the gateway's cap on a request is 10 MB. */
export const fileBytesMax = 9 * 1024 * 1024;

export const fileMediaTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const;
export type FileMediaType = (typeof fileMediaTypes)[number];

/** A patient's file as it is listed; its content is read apart. */
export const MedicalFile = Type.Object(
  {
    id: Id,
    appointmentId: Id,
    name: Type.String({ examples: ['exame.pdf'] }),
    mediaType: Type.Enum([...fileMediaTypes]),
    sizeBytes: Type.Integer({ examples: [34_567] }),
    sha256: Type.String({
      description: 'SHA-256 of the content, hexadecimal',
      examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    }),
    createdAt: Instant,
  },
  { title: 'MedicalFile' },
);
export type MedicalFile = Static<typeof MedicalFile>;

/** The form that uploads a file; told by content, not by the name or type that come with it. */
export const UploadForm = Type.Object(
  {
    file: Type.String({
      format: 'binary',
      description: 'PDF, JPEG or PNG, at most 9 MiB',
      examples: ['(the bytes of exame.pdf)'],
    }),
  },
  { additionalProperties: false },
);

export const GrantAccess = Type.Object(
  { doctorId: Id, expiresAt: Instant },
  { title: 'GrantAccess', additionalProperties: false },
);
export type GrantAccess = Static<typeof GrantAccess>;

/** A doctor's access to one file, until it expires or the patient revokes it. */
export const FileAccess = Type.Object(
  {
    id: Id,
    fileId: Id,
    doctorId: Id,
    doctor: Type.Object({ id: Id, fullName: shown.fullName }),
    expiresAt: Instant,
    createdAt: Instant,
  },
  { title: 'FileAccess' },
);
export type FileAccess = Static<typeof FileAccess>;
export const FileAccessParams = Type.Object({ id: Id, accessId: Id }, { additionalProperties: false });
