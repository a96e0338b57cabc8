import type { Definition, Verdict } from '../protocol';

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'fully-migratable': 'Fully migratable',
  'partially-migratable': 'Partially migratable',
  'not-migratable': 'Not migratable',
};

/** Codicon and theme colour, the same everywhere a verdict is shown. */
export const VERDICT_ICONS: Readonly<Record<Verdict, { readonly icon: string; readonly color: string }>> = {
  'fully-migratable': { icon: 'pass', color: 'testing.iconPassed' },
  'partially-migratable': { icon: 'warning', color: 'problemsWarningIcon.foreground' },
  'not-migratable': { icon: 'error', color: 'problemsErrorIcon.foreground' },
};

/** For a definition that APIM would migrate, and whose V4 form would be refused. */
export const REFUSED_WORDS = 'Migratable, but V4 would refuse it';
export const REFUSED_ICON = VERDICT_ICONS['partially-migratable'];

export const DEFINITION_WORDS: Readonly<Record<Definition, string>> = {
  v1: 'V1 definition',
  v2: 'V2 definition',
  v4: 'V4 definition',
  unknown: 'No API definition',
};

/** `1 file`, `2 files`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** The last part of a URI or path, decoded. */
export function fileName(uri: string): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

export function isYamlName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** The name of the V4 file of a V2 file. */
export function v4Name(v2: string): string {
  return isYamlName(v2) ? v2.replace(/\.ya?ml$/i, '.v4.yaml') : v2.replace(/(\.json)?$/i, '.v4.json');
}

/** Text of a definition as Markdown that shows it as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|!~&$]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}

/** A value as inline code, whatever backticks it has. */
export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${text.replace(/\n/g, ' ')}${space}${fence}`;
}

/** The first letter as a capital: the server's sentences start small, as in the command line. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** At most `limit` lines of a list, then how many are left out. */
export function shorten(lines: readonly string[], limit: number): string[] {
  return lines.length <= limit ? [...lines] : [...lines.slice(0, limit - 1), `and ${lines.length - limit + 1} more`];
}
