import { code, count, escapeMarkdown } from './words';

export interface ReportLine {
  readonly path: string;
  readonly outcome: string;
  readonly note: string;
}

export interface Report {
  readonly title: string;
  /** In words, in the order they are told. */
  readonly counts: readonly { readonly n: number; readonly words: string }[];
  readonly lines: readonly ReportLine[];
  readonly cancelled: boolean;
  readonly left: number;
  readonly nextSteps: readonly string[];
}

/** `3 written, 1 refused`; what did not happen is not named. */
export function reportLine(report: Report): string {
  const parts = report.counts.filter((it) => it.n > 0).map((it) => `${it.n} ${it.words}`);
  const done = parts.length === 0 ? 'Nothing was done' : parts.join(', ');
  return report.cancelled ? `${done}; cancelled with ${count(report.left, 'file')} left` : done;
}

export function reportPage(report: Report): string {
  const page = [`# ${report.title}`, `**${reportLine(report)}.**`];
  if (report.lines.length > 0) {
    const rows = report.lines.map(
      (it) => `| ${code(it.path).replaceAll('|', '\\|')} | ${escapeMarkdown(it.outcome)} | ${escapeMarkdown(it.note)} |`,
    );
    page.push(['| File | Result | |', '| --- | --- | --- |', ...rows].join('\n'));
  }
  if (report.nextSteps.length > 0) {
    page.push('## Next steps', report.nextSteps.map((step, index) => `${index + 1}. ${step}`).join('\n'));
  }
  return `${page.join('\n\n')}\n`;
}
