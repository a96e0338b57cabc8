import type { DryRun, Finding, FindingFix } from '../protocol';
import { sentence } from './words';

export interface BlockerFix {
  readonly finding: Finding;
  readonly fix: FindingFix;
  /** The fix's place among those of its finding: the server's bulk fix takes the first. */
  readonly index: number;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** Every fix of every blocker that a safe fix does not settle, in the order of the file. */
export function blockerFixes(dryRun: DryRun): BlockerFix[] {
  const blockers = dryRun.findings.filter(
    (it) => it.blocks && !it.fixes.some((fix) => fix.applicability === 'safe'),
  );
  return blockers.flatMap((finding) =>
    finding.fixes.map((fix, index) => ({
      finding,
      fix,
      index,
      label: fix.title,
      description: finding.range === null ? finding.rule : `line ${finding.range.start.line + 1}, ${finding.rule}`,
      detail: sentence(finding.message),
    })),
  );
}

/** How well the title of a code action fits a fix: the server may add something to it. */
export function sameTitle(action: string, fix: string): boolean {
  return action === fix || action.includes(fix);
}
