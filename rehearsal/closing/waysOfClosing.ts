import type { Ended } from "../kills/engineProcess";
import type { ClosingRoom } from "./closingRoom";

/** One thing that somebody does on the way. */
interface Step {
  /** As the page says it. */
  readonly text: string;

  /** Does it. @returns how the command ended, where it is one */
  readonly run: (room: ClosingRoom) => Promise<Ended | undefined>;
}

/** A way in which an open room is closed, or is meant to be, or comes to its end. */
export interface WayOfClosing {
  readonly steps: readonly Step[];

  /** What it is known to cost, where it takes something of a room that no closing record names. */
  readonly costs?: string;
}

const ALIAS = "aws:kms/alias:Alias";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const INSTANCE = "aws:ec2/instance:Instance";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const VOLUME = "aws:ebs/volume:Volume";
const EVIDENCE = "clean-room:evidence";

/** A command of the CLI; where it names a resource, by its logical name. */
function pulumi(command: string, ...more: ((room: ClosingRoom) => string)[]): Step {
  const words = command.split(" ");
  return {
    text: `\`${command}\``,
    run: (room) => {
      const yes = words[0] === "preview" ? [] : ["--yes"];
      const preview = words[0] === "up" ? ["--skip-preview"] : [];
      const named = words.map((word) =>
        word.startsWith("<") ? room.urn(word.slice(1, -1)) : word,
      );
      return room.pulumi(...named, ...more.map((each) => each(room)), ...yes, ...preview);
    },
  };
}

function setting(
  text: string,
  change: (room: ClosingRoom) => Readonly<Record<string, unknown>>,
): Step {
  return {
    text,
    run: (room) => {
      room.configure(change(room));
      return Promise.resolve(undefined);
    },
  };
}

/** Something that happens in AWS, without Pulumi. */
function outside(text: string, happen: (room: ClosingRoom) => Promise<unknown>): Step {
  return { text, run: async (room) => void (await happen(room)) };
}

function removed(text: string, type: string): Step {
  return outside(text, (room) => {
    const [first] = room.having(type).filter(({ partOf }) => partOf === undefined);
    return room.stage.account.change((account) => {
      const entry = account.find(type, first?.id);
      if (entry !== undefined) {
        account.remove(entry);
      }
    });
  });
}

const closing = setting("`closing: true`", () => ({ "clean-room:closing": true }));
const open = setting("`closing: false`", () => ({ "clean-room:closing": false }));
const noEvidence = setting("`evidence: []`", () => ({ [EVIDENCE]: [] }));
const lessEvidence = setting("one line of `evidence` taken out", (room) => ({
  [EVIDENCE]: (room.setting(EVIDENCE) as unknown[]).slice(1),
}));
const up = pulumi("up");
const destroy = pulumi("destroy");
const refused = outside("S3 refuses the next record", ({ stage }) =>
  stage.outside.plan({ effect: "refused", act: "create", type: OBJECT, number: 1 }),
);
const killed = (text: string, type: string): Step => ({
  text,
  run: async (room) => {
    await room.stage.outside.plan({ effect: "held", act: "create", type, number: 1 });
    const command = room.start("up", "--yes", "--skip-preview");
    let ended = false;
    void command.ended.then(() => (ended = true));
    while (!ended && room.stage.account.read().state.faults.struck.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    command.kill();
    await command.ended;
    room.stage.account.removeLock();
    await room.stage.outside.endFaults();
    return undefined;
  },
});
const keyState = (text: string, state: string) =>
  outside(text, async (room) => {
    const [key] = room.having(KEY);
    await room.stage.outside.setState(KEY, String(key?.id), state);
  });
const OUTSIDE = "ended outside";
const UNPROTECTED = "whoever lifts the protection by hand has asked for it";

/** Every way that was thought of. In a step `<name>` is a resource by its logical name. */
export const WAYS_OF_CLOSING: readonly WayOfClosing[] = [
  // In the order that README has, and in others.
  { steps: [closing, pulumi("preview"), destroy] },
  { steps: [closing, up, destroy] },
  { steps: [closing, up, up] },
  { steps: [closing, up, up, destroy] },
  { steps: [closing, destroy] },
  { steps: [closing, up, open, destroy] },
  { steps: [closing, up, open, up, destroy] },
  { steps: [closing, up, open, up, closing, up, destroy] },
  { steps: [closing, up, open, up, closing, up, up, destroy] },
  { steps: [closing, up, up, open, up, destroy] },
  { steps: [closing, up, up, open, destroy] },
  // The record is not written, or the command does not come to its end.
  { steps: [closing, refused, up, destroy] },
  { steps: [closing, refused, up, open, destroy] },
  { steps: [closing, refused, up, up, destroy] },
  { steps: [closing, refused, pulumi("up --continue-on-error"), destroy] },
  { steps: [closing, pulumi("up --exclude **closing-record"), destroy] },
  { steps: [closing, pulumi("up --exclude **closing-record"), up, destroy] },
  { steps: [closing, pulumi("up --target **closing-record"), destroy] },
  { steps: [closing, pulumi("up --target **incident-key"), destroy] },
  {
    steps: [
      closing,
      killed("`up`, killed when the record is in the vault", OBJECT),
      pulumi("cancel"),
      destroy,
    ],
  },
  {
    steps: [
      closing,
      killed("`up`, killed when the record is in the vault", OBJECT),
      pulumi("cancel"),
      up,
      destroy,
    ],
  },
  // What runs the program beside `up`.
  { steps: [closing, pulumi("destroy --run-program")] },
  { steps: [closing, pulumi("refresh --run-program"), destroy] },
  { steps: [closing, up, pulumi("refresh --run-program"), destroy] },
  { steps: [closing, up, pulumi("destroy --run-program")] },
  // Settings that leave out what the room has.
  { steps: [noEvidence, closing, up, destroy] },
  { steps: [lessEvidence, closing, up, destroy] },
  { steps: [closing, up, noEvidence, up, destroy] },
  { steps: [closing, refused, up, noEvidence, up, destroy] },
  { steps: [noEvidence, up] },
  // What checks for.
  {
    steps: [
      outside("a copy's lock ended", (room) =>
        room.stage.outside.lockCopy(String(room.having(COPY)[0]?.id), "2001-01-01T00:00:00Z"),
      ),
      closing,
      up,
      destroy,
    ],
  },
  {
    steps: [
      outside("a copy is still pending", (room) =>
        room.stage.outside.setState(COPY, String(room.having(COPY)[0]?.id), "pending"),
      ),
      closing,
      up,
      destroy,
    ],
  },
  // Records by hand.
  {
    steps: [
      closing,
      up,
      outside(
        "the closing record put by hand with another key in it, the true one not there",
        (room) =>
          room.stage.account.change((account) => {
            const [key] = room.having(KEY);
            for (const entry of account.ofType(OBJECT)) {
              const content = entry.properties["content"];
              if (typeof content === "string" && content.includes('"event": "closing"')) {
                entry.properties["content"] = content.replaceAll(
                  String(key?.id),
                  "00000000-0000-4000-8000-000000000000",
                );
              }
            }
          }),
      ),
      up,
      destroy,
    ],
  },
  // Ended outside.
  {
    steps: [keyState("the incident key disabled", "Disabled"), pulumi("refresh"), up],
    costs: OUTSIDE,
  },
  {
    steps: [
      keyState("the incident key's deletion scheduled", "PendingDeletion"),
      pulumi("refresh"),
      up,
    ],
    costs: OUTSIDE,
  },
  {
    steps: [
      keyState("the incident key's deletion scheduled", "PendingDeletion"),
      closing,
      up,
      destroy,
    ],
    costs: OUTSIDE,
  },
  {
    steps: [
      removed("the slot's claim deleted", "aws:ssm/parameter:Parameter"),
      closing,
      up,
      destroy,
    ],
    costs: OUTSIDE,
  },
  {
    steps: [removed("the instance terminated", INSTANCE), pulumi("refresh"), closing, up, destroy],
  },
  {
    steps: [removed("a working volume deleted", VOLUME), pulumi("refresh"), closing, up, destroy],
    costs: OUTSIDE,
  },
  {
    steps: [removed("a preserved copy deleted", COPY), pulumi("refresh"), closing, up, destroy],
    costs: OUTSIDE,
  },
  { steps: [removed("the key's alias deleted", ALIAS), closing, up, destroy], costs: OUTSIDE },
  // Destroying an open room.
  { steps: [destroy] },
  { steps: [pulumi("destroy --skip-preview")] },
  { steps: [pulumi("destroy --skip-preview --continue-on-error")] },
  { steps: [pulumi("destroy --exclude-protected --skip-preview")] },
  { steps: [pulumi("destroy --target <incident-key> --target-dependents --skip-preview")] },
  { steps: [pulumi("destroy --target <workstation> --target-dependents")] },
  { steps: [pulumi("destroy --refresh")] },
  { steps: [pulumi("up --replace <workstation>")] },
  { steps: [pulumi("up --replace <incident-key>")] },
  // The state changed by hand.
  { steps: [pulumi("state unprotect --all"), destroy], costs: UNPROTECTED },
  { steps: [pulumi("state unprotect --all"), up, destroy] },
  { steps: [pulumi("state unprotect <incident-key>"), destroy], costs: UNPROTECTED },
  { steps: [pulumi("state unprotect --all"), closing, destroy], costs: UNPROTECTED },
  { steps: [pulumi("state delete <workstation> --force --target-dependents"), up, closing, up] },
  {
    steps: [pulumi("stack rm --force --preserve-config"), pulumi("stack init"), up, destroy],
    costs: "the state is thrown away",
  },
];
