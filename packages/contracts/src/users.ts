import { type Static, Type } from 'typebox';
import { Address } from './common/addresses.ts';
import { Cpf } from './common/cpf.ts';
import { Id } from './common/ids.ts';
import { DateOnly, Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { roles } from './common/permissions.ts';
import { line } from './common/text.ts';
import { DoctorProfile, DoctorProfileInput } from './doctors.ts';

export const Email = Type.String({ format: 'email', maxLength: 254 });
export const Password = Type.String({ minLength: 8, maxLength: 256 });
export const Phone = Type.String({ maxLength: 16, pattern: '^\\+[1-9]\\d{7,14}$', description: 'E.164' });

export const RegisterUser = Type.Object(
  {
    role: Type.Enum(['patient', 'doctor']),
    fullName: line(200),
    socialName: Type.Optional(nullable(line(200))),
    birthDate: Type.Optional(DateOnly),
    email: Email,
    password: Password,
    cpf: Cpf,
    phone: Phone,
    address: Address,
    doctor: Type.Optional(DoctorProfileInput),
  },
  { additionalProperties: false },
);
export type RegisterUser = Static<typeof RegisterUser>;

/** What a person may change of their account. Role, CPF, birth date and CRM stay as registered. */
export const UpdateMe = Type.Object(
  {
    fullName: Type.Optional(line(200)),
    socialName: Type.Optional(nullable(line(200))),
    email: Type.Optional(Email),
    password: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'the present one; for a new e-mail only' }),
    ),
    phone: Type.Optional(Phone),
    address: Type.Optional(Address),
    doctor: Type.Optional(
      Type.Partial(Type.Omit(DoctorProfileInput, ['crm']), { additionalProperties: false, minProperties: 1 }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type UpdateMe = Static<typeof UpdateMe>;

export const User = Type.Object({
  id: Id,
  role: Type.Enum([...roles]),
  fullName: Type.String(),
  socialName: nullable(Type.String()),
  birthDate: nullable(DateOnly),
  email: Type.String(),
  cpf: nullable(Type.String()),
  phone: nullable(Type.String()),
  address: nullable(Address),
  doctor: Type.Optional(DoctorProfile),
  createdAt: Instant,
  updatedAt: Instant,
});
export type User = Static<typeof User>;

/** `POST /users`: the account; to a repeat with the same idempotency key only its id, since no token was shown. */
export const Registered = Type.Union([User, Type.Object({ id: Id }, { additionalProperties: false })]);

export const ChangePassword = Type.Object(
  { password: Type.String({ minLength: 1, maxLength: 1024 }), newPassword: Password },
  { additionalProperties: false },
);
