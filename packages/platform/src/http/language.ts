import { type Language, languages } from '@consulta/contracts/words';
import Negotiator from 'negotiator';

/** How HTTP names the languages that people are answered in (RFC 5646). */
export const languageTags: Record<Language, string> = { pt: 'pt-BR', en: 'en' };

/** Who asks for neither language, or for nothing, is answered in Portuguese. */
const usual: Language = 'pt';

/** The language a request asks for by `Accept-Language` (RFC 9110, 12.5.4). */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return usual;
  // Without regions: `en` would otherwise go before a `pt-BR` that is named first, as the more exact match.
  const asked = acceptLanguage.replaceAll(/-[A-Za-z0-9-]*/g, '');
  const [first] = new Negotiator({ headers: { 'accept-language': asked } }).languages([...languages]);
  return languages.find((each) => each === first) ?? usual;
}
