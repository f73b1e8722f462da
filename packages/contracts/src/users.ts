import { type Static, Type } from 'typebox';
import { Address } from './common/addresses.ts';
import { Cpf } from './common/cpf.ts';
import { Email } from './common/emails.ts';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { BirthDate, FullName, SocialName, shown } from './common/people.ts';
import { roles } from './common/permissions.ts';
import { DoctorProfile, DoctorProfileInput } from './doctors.ts';

export const Password = Type.String({
  title: 'Password',
  minLength: 8,
  maxLength: 256,
  examples: ['girassol-amarelo-42'],
});
export const Phone = Type.String({
  title: 'Phone',
  maxLength: 16,
  pattern: '^\\+[1-9]\\d{7,14}$',
  description: 'E.164',
  examples: ['+5511987654321'],
});

export const RegisterUser = Type.Object(
  {
    role: Type.Enum(['patient', 'doctor'], { examples: ['doctor'] }),
    fullName: FullName,
    socialName: Type.Optional(nullable(SocialName)),
    birthDate: Type.Optional(BirthDate),
    email: Email,
    password: Password,
    cpf: Cpf,
    phone: Phone,
    address: Type.Optional(nullable(Address)),
    doctor: Type.Optional(DoctorProfileInput),
  },
  { title: 'RegisterUser', additionalProperties: false },
);
export type RegisterUser = Static<typeof RegisterUser>;

/** What a person may change of their account. Role, CPF, birth date and CRM stay as registered. */
export const UpdateMe = Type.Object(
  {
    fullName: Type.Optional(FullName),
    socialName: Type.Optional(nullable(SocialName)),
    email: Type.Optional(Email),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'the present one; for a new e-mail only',
        examples: ['girassol-amarelo-42'],
      }),
    ),
    phone: Type.Optional(Phone),
    address: Type.Optional(nullable(Address)),
    doctor: Type.Optional(
      Type.Partial(Type.Omit(DoctorProfileInput, ['crm']), { additionalProperties: false, minProperties: 1 }),
    ),
  },
  { title: 'UpdateMe', additionalProperties: false, minProperties: 1 },
);
export type UpdateMe = Static<typeof UpdateMe>;

export const User = Type.Object(
  {
    id: Id,
    role: Type.Enum([...roles], { examples: ['doctor'] }),
    fullName: shown.fullName,
    socialName: shown.socialName,
    birthDate: nullable(BirthDate),
    email: shown.email,
    cpf: shown.cpf,
    phone: shown.phone,
    address: nullable(Address),
    doctor: Type.Optional(DoctorProfile),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { title: 'User', description: 'An account, as its owner reads it' },
);
export type User = Static<typeof User>;

/** `POST /users`: the account; to a repeat with the same idempotency key only its id, since no token was shown. */
export const Registered = Type.Union([
  User,
  Type.Object({ id: Id }, { title: 'RegisteredBefore', additionalProperties: false }),
]);

export const ChangePassword = Type.Object(
  {
    password: Type.String({ minLength: 1, maxLength: 1024, examples: ['girassol-amarelo-42'] }),
    newPassword: Type.String({ ...Password, examples: ['ipê-roxo-florido-77'] }),
  },
  { title: 'ChangePassword', additionalProperties: false },
);

export const DeleteAccount = Type.Object(
  { password: Type.String({ minLength: 1, maxLength: 1024, examples: ['girassol-amarelo-42'] }) },
  { title: 'DeleteAccount', additionalProperties: false },
);
