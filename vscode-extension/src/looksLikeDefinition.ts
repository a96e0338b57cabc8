/** How much of a document is looked at. The keys that tell stand far up in every export. */
export const LOOK_AT = 64 * 1024;

const SIGNS = /"gravitee"\s*:|"definition_?[vV]ersion"\s*:|"proxy"\s*:\s*\{|\bgravitee\.io\//;

/**
 * Whether it is worth asking the server about a text. Cheap and generous: the server decides, but nobody who edits a
 * `package.json` should have it started.
 */
export function looksLikeDefinition(text: string): boolean {
  return SIGNS.test(text.length > LOOK_AT ? text.slice(0, LOOK_AT) : text);
}
