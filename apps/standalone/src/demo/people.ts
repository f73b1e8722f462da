import { type Address, cpfOf, type RegisterUser } from '@consulta/contracts';

/*
 * Invented people for trying Consulta out: Brazilian names, cities and specialties, the same at every start.
 */

type City = {
  city: string;
  state: Address['state'];
  timeZone: string;
  postalCode: string;
  ddd: string;
};

const cities: City[] = [
  { city: 'São Paulo', state: 'SP', timeZone: 'America/Sao_Paulo', postalCode: '01310100', ddd: '11' },
  { city: 'Rio de Janeiro', state: 'RJ', timeZone: 'America/Sao_Paulo', postalCode: '20040002', ddd: '21' },
  { city: 'Belo Horizonte', state: 'MG', timeZone: 'America/Sao_Paulo', postalCode: '30130010', ddd: '31' },
  { city: 'Porto Alegre', state: 'RS', timeZone: 'America/Sao_Paulo', postalCode: '90010150', ddd: '51' },
  { city: 'Salvador', state: 'BA', timeZone: 'America/Bahia', postalCode: '40020000', ddd: '71' },
  { city: 'Recife', state: 'PE', timeZone: 'America/Recife', postalCode: '50030230', ddd: '81' },
  { city: 'Palmas', state: 'TO', timeZone: 'America/Araguaina', postalCode: '77001002', ddd: '63' },
  { city: 'Manaus', state: 'AM', timeZone: 'America/Manaus', postalCode: '69005010', ddd: '92' },
  { city: 'Rio Branco', state: 'AC', timeZone: 'America/Rio_Branco', postalCode: '69900062', ddd: '68' },
  { city: 'Cuiabá', state: 'MT', timeZone: 'America/Cuiaba', postalCode: '78005000', ddd: '65' },
];
const firstNames = [
  'Ana',
  'João',
  'Mariana',
  'Pedro',
  'Beatriz',
  'Lucas',
  'Conceição',
  'Rafael',
  'Íris',
  'Gustavo',
  'Júlia',
  'André',
  'Letícia',
  'Caio',
  'Helena',
  'Tiago',
  'Luísa',
  'Otávio',
  'Camila',
  'Márcio',
  'Sônia',
  'Renato',
  'Débora',
  'Hélio',
  'Vitória',
];
const middleNames = ['Aparecida', 'Henrique', 'Cristina', 'Augusto', 'Fernanda', 'Eduardo', 'Regina'];
const lastNames = [
  'Souza',
  'Oliveira',
  'Gonçalves',
  'Ribeiro',
  'Araújo',
  'Nascimento',
  'Magalhães',
  'Figueiredo',
  'Assunção',
  'Moura',
  'Teixeira',
];
const specialties = [
  'Cardiologia',
  'Dermatologia',
  'Pediatria',
  'Ginecologia e Obstetrícia',
  'Ortopedia e Traumatologia',
  'Clínica Médica',
  'Psiquiatria',
  'Oftalmologia',
  'Neurologia',
  'Endocrinologia e Metabologia',
  'Medicina de Família e Comunidade',
];
const insurances = ['Unimed', 'Bradesco Saúde', 'SulAmérica', 'Amil', 'Hapvida', 'Cassi'];
const streets = [
  'Rua das Acácias',
  'Avenida Brasil',
  'Rua Quinze de Novembro',
  'Rua Sete de Setembro',
  'Avenida Getúlio Vargas',
];

const nth = <T>(items: readonly T[], index: number): T => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('an empty list has no items');
  return item;
};

const nameOf = (index: number) =>
  `${nth(firstNames, index)} ${nth(middleNames, index * 3)} ${nth(lastNames, index * 5)}`;

/** A CPF with right check digits, from a made-up base. */
export const demoCpf = (index: number): string => cpfOf(String(100_200_300 + index * 7_919).padStart(9, '0'));

const addressOf = (index: number) => {
  const { city, state, postalCode } = nth(cities, index);
  return {
    street: nth(streets, index),
    number: String(10 + index * 7),
    neighborhood: 'Centro',
    city,
    state,
    postalCode,
  };
};

type Person = Omit<RegisterUser, 'password'>;

/** Where the e-mails of invented people are; nobody can own it (RFC 2606). */
export const demoDomain = 'demo.consulta.example';
/** What they sign in with. Everybody can read it here: it is good on this machine alone. */
export const demoPassword = 'consulta-demo-2026';

/** Who administers the invented people. */
export const demoAdministrator = { email: `admin@${demoDomain}`, fullName: 'Marta Figueiredo' };

/** The `index`-th invented patient. */
export function demoPatient(index: number): Person {
  return {
    role: 'patient',
    fullName: nameOf(index * 2 + 1),
    birthDate: `${1950 + ((index * 7) % 55)}-0${1 + (index % 9)}-1${index % 10}`,
    email: `paciente${index + 1}@${demoDomain}`,
    cpf: demoCpf(index),
    phone: `+55${nth(cities, index).ddd}98${String(1_000_000 + index * 37)}`,
    address: addressOf(index),
  };
}

/** The `index`-th invented doctor and the zone of the practice. */
export function demoDoctor(index: number): { person: Person; timeZone: string } {
  const { state, timeZone, ddd } = nth(cities, index);
  const person: Person = {
    role: 'doctor',
    fullName: nameOf(index * 3 + 2),
    birthDate: `${1955 + ((index * 5) % 38)}-0${1 + (index % 9)}-0${1 + (index % 9)}`,
    email: `medico${index + 1}@${demoDomain}`,
    cpf: demoCpf(1_000 + index),
    phone: `+55${ddd}97${String(1_000_000 + index * 53)}`,
    address: addressOf(index),
    doctor: {
      crm: { number: String(10_001 + index), state },
      specialties: [nth(specialties, index * 3)],
      rqes: [{ specialty: nth(specialties, index * 3), number: String(5_001 + index) }],
      bio: 'Atendimento com hora marcada, presencial e por vídeo.',
      consultationPriceCents: 15_000 + ((index * 2_500) % 40_000),
      insurances: [nth(insurances, index), nth(insurances, index + 2)],
      modes: index % 3 === 0 ? ['in_person', 'video'] : ['in_person'],
    },
  };
  return { person, timeZone };
}
