/** The languages in which people are told what is wrong; Portuguese unless they ask for English. */
export const languages = ['pt', 'en'] as const;
export type Language = (typeof languages)[number];

/** The same said in every language. */
export type Words = Readonly<Record<Language, string>>;
