/** The JSON of docs/protocol.md, as types. Nothing else in the extension knows the server's names. */
import type { WorkspaceEdit } from 'vscode-languageclient/node';

export type Verdict = 'fully-migratable' | 'partially-migratable' | 'not-migratable';
export type Definition = 'v1' | 'v2' | 'v4' | 'unknown';
export type Severity = 'error' | 'warning' | 'information' | 'hint';
export type Applicability = 'safe' | 'unsafe';
export type Refusal = 'not-v2' | 'blocked' | 'needs-force' | 'would-be-refused' | 'several' | 'too-large' | 'bug';
export type FixSet = 'none' | 'safe' | 'all';
export type Ids = 'keep' | 'new';

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export type Counts = Readonly<Record<Severity, number>>;

export interface FindingFix {
  readonly title: string;
  readonly applicability: Applicability;
  readonly action: 'edit' | 'settings';
}

export interface Finding {
  readonly rule: string;
  /** Of the rule. Missing in answers of a server of before, null for what no rule is about. */
  readonly group?: 'reading' | 'parity' | 'loss' | 'invalid' | 'behaviour' | null;
  readonly severity: Severity;
  readonly apim: 'impossible' | 'can-be-forced' | null;
  readonly subject: string | null;
  readonly blocks: boolean;
  readonly pointer: string | null;
  readonly range: Range | null;
  readonly message: string;
  readonly help: string | null;
  readonly docs: string;
  readonly fixes: readonly FindingFix[];
}

export interface Fix {
  readonly rule: string;
  readonly title: string;
  readonly pointer: string | null;
  readonly applicability: Applicability;
}

export interface TransferRecord {
  readonly carried: number;
  readonly converted: number;
  readonly dropped: number;
}

/** A value that stands in V4 in another form. */
export interface Converted {
  readonly document: number;
  readonly pointer: string;
  readonly range: Range | null;
  /** Places of the V4 text; none where V4 does what the value says anyway. */
  readonly to: readonly { readonly document: number; readonly pointer: string }[];
  readonly how: 'other-form' | 'split' | 'joined' | 'implied';
  readonly reason: string;
}

export interface Dropped {
  readonly pointer: string;
  readonly range: Range | null;
  readonly rule: string;
  readonly reason: string;
  readonly byFix: boolean;
}

export type OutputState = 'absent' | 'up-to-date' | 'generated' | 'different' | 'blocked';

/** One of the definitions of a file: YAML can hold several. */
export interface Part {
  /** Which document of the file it is, counted from 0. */
  readonly document: number;
  readonly name: string | null;
  readonly definition: Definition;
  readonly verdict: Verdict | null;
  readonly counts: Counts;
}

/** A subscription that names a V2 resource. */
export interface Subscription {
  readonly uri: string | null;
  /** Below its folder of the workspace. */
  readonly path: string;
  readonly name: string;
  readonly plan: string;
}

/** How a custom resource takes the place of another in the cluster. */
export interface Rollout {
  readonly namespace: string;
  readonly name: string;
  /** V2 plans by their names, with their keys in V4. */
  readonly plans: readonly { readonly name: string; readonly key: string }[];
  readonly subscriptions: readonly Subscription[];
}

export interface DryRun {
  readonly schema: 1;
  readonly uri: string;
  readonly source: 'buffer' | 'disk';
  readonly unsaved: boolean;
  readonly version: number | null;
  readonly name: string | null;
  readonly definition: Definition;
  readonly format: string;
  readonly verdict: Verdict | null;
  readonly verdictAfterFixes: Verdict | null;
  readonly headline: string;
  readonly refusal: Refusal | null;
  readonly message: string | null;
  readonly counts: Counts;
  /** Missing in answers of a server of before. */
  readonly definitions?: readonly (Part & { readonly headline: string; readonly range: Range })[];
  readonly findings: readonly Finding[];
  readonly fixes: readonly Fix[];
  readonly record: TransferRecord | null;
  /** Missing in answers of a server of before. */
  readonly converted?: readonly Converted[];
  readonly dropped: readonly Dropped[];
  readonly output: { readonly uri: string; readonly state: OutputState } | null;
  /** One for each custom resource. Missing in answers of a server of before. */
  readonly rollout?: readonly Rollout[];
  readonly notices: readonly string[];
  readonly nextSteps: readonly string[];
}

export interface WorkspaceDefinition {
  readonly uri: string;
  readonly path: string;
  readonly folder: string;
  readonly name: string | null;
  readonly definition: Definition;
  readonly format: string;
  readonly verdict: Verdict | null;
  /** Not in the contract yet; used when it is there. */
  readonly verdictAfterFixes?: Verdict | null;
  readonly counts: Counts;
  readonly safeFixes: number;
  /** Missing in answers of a server of before. */
  readonly definitions?: readonly Part[];
  readonly output: { readonly uri: string; readonly exists: boolean } | null;
  readonly error: string | null;
}

export interface WorkspaceDryRun {
  readonly schema: 1;
  readonly definitions: readonly WorkspaceDefinition[];
  readonly skipped: readonly { readonly uri: string; readonly reason: string }[];
}

export interface Preview {
  readonly schema: 1;
  readonly uri: string;
  readonly version: number | null;
  readonly text: string | null;
  readonly refusal: Refusal | null;
  readonly message: string | null;
}

export interface MigrateResult {
  readonly uri: string;
  readonly status: 'written' | 'up-to-date' | 'refused' | 'failed';
  readonly output: string | null;
  readonly unsaved: boolean;
  readonly verdict: Verdict | null;
  readonly refusal: Refusal | 'exists' | null;
  readonly message: string | null;
  readonly fixes: readonly Fix[];
  readonly record: TransferRecord | null;
  /** Missing in answers of a server of before. */
  readonly rollout?: readonly Rollout[];
}

export interface Migrate {
  readonly schema: 1;
  /** What was done, also when it was cancelled: files that are not here were not touched. */
  readonly results: readonly MigrateResult[];
  /** It was cancelled before all was done. */
  readonly cancelled: boolean;
  readonly summary: {
    readonly written: number;
    readonly upToDate: number;
    readonly refused: number;
    readonly failed: number;
  };
  readonly nextSteps: readonly string[];
}

export interface Rollback {
  readonly schema: 1;
  readonly status: 'removed' | 'changed' | 'absent' | 'refused' | 'failed';
  readonly output: string | null;
  readonly message: string | null;
}

export interface FixAll {
  readonly schema: 1;
  readonly fixes: readonly (Fix & { readonly uri: string })[];
  readonly edit: WorkspaceEdit | null;
}

export interface Repoint {
  readonly schema: 1;
  readonly edit: WorkspaceEdit | null;
  readonly subscriptions: readonly Subscription[];
  readonly skipped: readonly { readonly uri: string; readonly reason: string }[];
}

export interface Explain {
  readonly schema: 1;
  readonly rule: string;
  readonly markdown: string;
}

export interface Suppress {
  readonly schema: 1;
  readonly edit: WorkspaceEdit | null;
}

/** Each command of the server with its argument and its result. */
export interface Commands {
  'v4ward.dryRun': { argument: { uri: string }; result: DryRun };
  'v4ward.preview': { argument: { uri: string; fixes?: FixSet; ids?: Ids }; result: Preview };
  'v4ward.migrate': {
    argument: {
      uri: string;
      fixes?: FixSet;
      ids?: Ids;
      force?: boolean;
      overwrite?: boolean;
      show?: boolean;
      version?: number;
    };
    result: Migrate;
  };
  'v4ward.rollback': { argument: { uri: string; force?: boolean }; result: Rollback };
  'v4ward.fixAll': {
    argument: { uri: string; unsafe?: boolean; rules?: string[]; document?: number; apply?: boolean };
    result: FixAll;
  };
  'v4ward.repoint': { argument: { uri: string; apply?: boolean }; result: Repoint };
  'v4ward.explain': { argument: { rule: string; show?: boolean }; result: Explain };
  'v4ward.suppress': {
    argument: { uri: string; rule: string; pointer?: string | null; reason: string; apply?: boolean };
    result: Suppress;
  };
}

export type ServerCommand = keyof Commands;

/** The notification `v4ward/status`. */
export interface Status {
  readonly uri: string;
  readonly version: number | null;
  readonly name: string | null;
  readonly definition: Definition;
  readonly verdict: Verdict | null;
  /** APIM would migrate it, and V4 would refuse the file all the same. */
  readonly refusedByV4?: boolean;
  readonly headline: string;
  readonly counts: Counts;
}

export const STATUS_NOTIFICATION = 'v4ward/status';

export interface InitializationOptions {
  readonly jsonFeatures: boolean;
  readonly yamlFeatures: boolean;
  readonly findingsInHover: boolean;
  readonly workspaceDiagnostics: boolean;
  readonly statusNotifications: boolean;
  readonly ruleUri: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What the server offers in lenses and actions, and the command of the extension that does it with dialogs. */
export const OWN_COMMAND: Readonly<Record<ServerCommand, string>> = {
  'v4ward.dryRun': 'v4ward.showSummary',
  'v4ward.preview': 'v4ward.previewV4',
  'v4ward.migrate': 'v4ward.migrateToV4',
  'v4ward.rollback': 'v4ward.rollBackV4',
  'v4ward.fixAll': 'v4ward.fixAllSafe',
  'v4ward.repoint': 'v4ward.pointSubscriptions',
  'v4ward.explain': 'v4ward.explainRule',
  'v4ward.suppress': 'v4ward.suppressFinding',
};

export function ownCommand(id: string): string {
  return Object.hasOwn(OWN_COMMAND, id) ? OWN_COMMAND[id as ServerCommand] : id;
}
