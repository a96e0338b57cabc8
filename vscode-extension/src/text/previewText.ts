import type { DryRun, Preview } from '../protocol';
import { fileName, sentence } from './words';
import { outlook } from './summary';

/** What stands in the preview where there is no V4 text: why, as comments. */
export function noPreview(preview: Pick<Preview, 'uri' | 'message'>, dryRun?: DryRun, yaml = false): string {
  const lines = [`${fileName(preview.uri)} cannot be shown as V4.`];
  if (preview.message !== null) {
    lines.push(...sentence(preview.message).split('\n'));
  }
  const blockers = dryRun === undefined ? [] : outlook(dryRun).blockers;
  if (blockers.length > 0) {
    lines.push('', ...blockers.map((it) => `- ${sentence(it.message)}${it.range ? ` (line ${it.range.start.line + 1})` : ''}`));
  }
  lines.push('', 'This text changes as the V2 file does.');
  return lines.map((line) => `${yaml ? '#' : '//'} ${line}`.trimEnd()).join('\n') + '\n';
}
