/** The steps of a drill, in their order, and what is said of each. */
export const STEPS = {
  room: "open the room",
  handover: "hand the disks over, as the responder in the member account",
  evidence: "copy the disks, and attach them to the workstation",
  lock: "have the copies locked",
  hash: "have the disks hashed",
  close: "close the room",
} as const;

/** A step of a drill. */
export type DrillStep = keyof typeof STEPS;

/** How a step went. */
export interface StepTaken {
  /** `stopped` where somebody, or the end of the credentials, ended the command in it: it goes on by the next run. */
  state: "not done" | "begun" | "stopped" | "failed" | "done";

  /** Runs of the command that were at it. */
  tries: number;

  /** When the first of them began it, and when it ended, by this machine's clock (ISO 8601). */
  begunAt?: string;
  endedAt?: string;

  /** Between the two, with what lay between two runs. */
  seconds?: number;

  /** Why it failed, or was stopped. */
  said?: string;
}

/** A moment that AWS has told, not this machine. */
export interface Moment {
  /** ISO 8601. */
  readonly at: string;
  readonly what: string;

  /** Which service says so. */
  readonly by: "EC2" | "S3";
}

/** A disk of the throw-away instance. */
export interface DrilledDisk {
  /** `vol-…`. */
  readonly volume: string;
  readonly sizeGiB: number;
}

/** A drill, as its report keeps it; what changes does so while it is performed. */
export interface Drill {
  readonly form: "clean-room/drill/1";
  readonly ticket: string;

  /** By this machine's clock (ISO 8601). */
  readonly begunAt: string;
  endedAt?: string;

  /** Once the room is closed: whether every step went as it has to. */
  verdict?: "passed" | "failed";

  /** The program's version, with its commit where that is known, and the policy pack's. */
  readonly program: { readonly version: string; readonly policyPackVersion: string };
  readonly region: string;
  readonly auditAccount: string;
  readonly memberAccount: string;

  /** Who deployed and who handed over, as STS names them. */
  readonly deployer: string;
  readonly responder: string;

  /** The throw-away instance, `i-…`. */
  readonly instance: string;
  readonly disks: readonly DrilledDisk[];

  /** How the vault locks: the drill's evidence as any other. */
  readonly vault: { readonly days: number; readonly mode: string; readonly trial: boolean };
  readonly steps: Readonly<Record<DrillStep, StepTaken>>;

  /** The lines that handover printed. */
  lines?: string;

  /** What AWS says of when it was. */
  moments: readonly Moment[];

  /** What is left, a sentence each. */
  left: readonly string[];
}

/** The steps before the first of them. */
export function stepsToDo(): Record<DrillStep, StepTaken> {
  return Object.fromEntries(
    Object.keys(STEPS).map((step) => [step, { state: "not done", tries: 0 }]),
  ) as Record<DrillStep, StepTaken>;
}
