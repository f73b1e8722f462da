import { registerHooks } from 'node:module';
import type { Dict as DictType } from 'pdfjs-dist/legacy/build/pdf.worker.mjs';

/*
 * PDF.js as a reader of objects. Its public interface shows pages, and of what runs only what its own viewer would
 * run; what other viewers run (a launch action on a link, a script in a rendition) must be looked for among the
 * objects themselves. The classes that read them are not exported, so they are as the module is loaded. A version
 * that names them otherwise does not load, and the tests say so.
 */
const names = [
  'BaseStream',
  'Dict',
  'FlateStream',
  'LocalPdfManager',
  'Name',
  'PasswordException',
  'PredictorStream',
  'Ref',
  'Stream',
  'setVerbosityLevel',
];

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (!url.endsWith('/pdfjs-dist/legacy/build/pdf.worker.mjs')) return loaded;
    return { ...loaded, source: `${String(loaded.source)}\nexport { ${names.join(', ')} };` };
  },
});

const core = await import('pdfjs-dist/legacy/build/pdf.worker.mjs');
core.setVerbosityLevel(0);

export const {
  BaseStream,
  Dict,
  FlateStream,
  LocalPdfManager,
  Name,
  PasswordException,
  PredictorStream,
  Ref,
  Stream,
} = core;

const shadowed = new WeakMap<DictType, [string, unknown][]>();
const set = Dict.prototype.set;
Dict.prototype.set = function (key, value) {
  if (this.has(key)) {
    const entries = shadowed.get(this) ?? [];
    shadowed.set(this, entries);
    entries.push([key, this.getRaw(key)]);
  }
  set.call(this, key, value);
};

/** The entries of a dictionary that stand before another with the same key, which PDF.js alone would pass over. */
export const shadowedEntries = (dict: DictType): [string, unknown][] => shadowed.get(dict) ?? [];
