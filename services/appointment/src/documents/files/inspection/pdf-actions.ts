import type { Words } from '@consulta/contracts';
import type { Dict as DictType } from 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import { namesOf, valuesOf } from './pdf-objects.ts';
import { BaseStream, Dict } from './pdfjs-core.ts';

const script: Words = { pt: 'um script', en: 'a script' };
const innerFile: Words = { pt: 'outro arquivo dentro dele', en: 'another file within it' };
const program: Words = { pt: 'um programa dentro dele', en: 'a program within it' };
const formProgram: Words = { pt: 'um formulário com programa (XFA)', en: 'a form with a program (XFA)' };

/** Actions (ISO 32000-2, 12.6.4) that run a script or a program, fetch data in, or open a file within the file. */
const actionsRefused: Record<string, Words> = {
  JavaScript: script,
  Launch: { pt: 'uma ação que inicia um programa', en: 'an action that starts a program' },
  ImportData: {
    pt: 'uma ação que lê um arquivo de quem o abre',
    en: 'an action that reads a file of the reader',
  },
  GoToE: innerFile,
  RichMediaExecute: program,
};

/** Harmless when a reader clicks on it, as on any link or form; not when a page does it by itself. */
const actionsRefusedUnasked: Record<string, Words> = {
  SubmitForm: {
    pt: 'uma ação que envia dados por conta própria',
    en: 'an action that sends data away by itself',
  },
  GoToR: {
    pt: 'uma ação que abre outro arquivo por conta própria',
    en: 'an action that opens another file by itself',
  },
};

/** What in this dictionary runs when the PDF is opened or read, in words; undefined when nothing does. */
export function whatRuns(dict: DictType): Words | undefined {
  const actions = namesOf(dict, 'S');
  const refused = actions.find((action) => Object.hasOwn(actionsRefused, action));
  if (refused) return actionsRefused[refused];
  if (holdsScript(dict, actions.length > 0)) return script;
  if (holdsFile(dict)) return innerFile;
  if (namesOf(dict, 'Subtype').includes('RichMedia')) return program;
  const forms = valuesOf(dict, 'AcroForm');
  if (forms.some((form) => form instanceof Dict && form.has('XFA'))) return formProgram;
  return runsUnasked(dict);
}

/** The script of an action (12.6.4.17), a rendition (12.6.4.14), a 3D picture (13.6.3), or a link to one. */
function holdsScript(dict: DictType, isAction: boolean): boolean {
  if (isAction && dict.has('JS')) return true;
  // A font or a picture that is merely named JS is neither text nor a stream of it.
  const script = valuesOf(dict, 'JS').some(
    (value) =>
      typeof value === 'string' ||
      (value instanceof BaseStream && namesOf(value.dict, 'Subtype').length === 0),
  );
  const drawing = valuesOf(dict, 'OnInstantiate').some((value) => value instanceof BaseStream);
  const link = valuesOf(dict, 'URI').some((uri) => typeof uri === 'string' && scriptLink.test(uri));
  return script || drawing || link;
}

const scriptLink = /^\s*(?:java|vb)script\s*:/i;

/** A file specification with the file itself (7.11.4), or such a file. */
function holdsFile(dict: DictType): boolean {
  if (namesOf(dict, 'Type').includes('EmbeddedFile')) return true;
  const systems = ['F', 'UF', 'DOS', 'Mac', 'Unix'];
  return valuesOf(dict, 'EF').some((files) => files instanceof Dict && systems.some((key) => files.has(key)));
}

/** The actions of opening (12.6.2) and of everything else that happens without a click (12.6.3). */
function runsUnasked(dict: DictType): Words | undefined {
  const waiting = valuesOf(dict, 'OpenAction');
  for (const events of valuesOf(dict, 'AA')) {
    if (!(events instanceof Dict)) continue;
    for (const [event] of events.getRawEntries()) waiting.push(...valuesOf(events, event));
  }
  const seen = new Set<unknown>();
  while (waiting.length > 0) {
    const action = waiting.pop();
    if (!(action instanceof Dict) || seen.has(action)) continue;
    seen.add(action);
    const refused = namesOf(action, 'S').find((name) => Object.hasOwn(actionsRefusedUnasked, name));
    if (refused) return actionsRefusedUnasked[refused];
    for (const next of valuesOf(action, 'Next').flat()) waiting.push(next);
  }
  return undefined;
}
