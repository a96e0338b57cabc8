/** How much of a document is looked at. The keys that tell stand far up in every export. */
export const LOOK_AT = 64 * 1024;

/** The languages of the documents that the server is asked about; `helm` is what some call a template of YAML. */
export const LANGUAGES = ['json', 'jsonc', 'yaml', 'helm'] as const;

const SIGNS = /"gravitee"\s*:|"definition_?[vV]ersion"\s*:|"proxy"\s*:\s*\{|\bgravitee\.io\//;
/** A custom resource says both, in block or flow style; in a text of several documents anywhere. */
const GROUP = /\bapiVersion["']?\s*:\s*["']?gravitee\.io\//;
const KIND = /\bkind["']?\s*:\s*["']?Api(V4)?Definition\b/;

/**
 * Whether it is worth asking the server about a text. Cheap and generous: the server decides, but nobody who edits a
 * `package.json` or a `values.yaml` should have it started.
 */
export function looksLikeDefinition(text: string, language = 'json'): boolean {
  const head = text.length > LOOK_AT ? text.slice(0, LOOK_AT) : text;
  if (language === 'json' || language === 'jsonc' || /^\s*\{/.test(head)) {
    return SIGNS.test(head);
  }
  return GROUP.test(head) && KIND.test(head);
}

/** Whether outline, folding and selection of a language can come from the server: those of JSON are the editor's own. */
export function isYaml(language: string): boolean {
  return language === 'yaml' || language === 'helm';
}
