import { LINK_ROLE_NAME, ROLE_PATH } from "../../components/names";
import { SOURCE_SNAPSHOT_TAG } from "../../components/tags";
import type { Entry } from "../account/account";
import { PEERING } from "../account/peerings";
import { OTHER_MEMBER_ACCOUNT } from "../accounts";
import type { Ended } from "../kills/engineProcess";
import type { ClosingRoom, Link } from "./closingRoom";

/** One thing that somebody does on the way. */
interface Step {
  /** As the page says it. */
  readonly text: string;

  /** Does it. @returns how the command ended, where it is one */
  readonly run: (room: ClosingRoom) => Promise<Ended | undefined>;
}

/** How a way ends. */
export interface Ending {
  /** What the room is. */
  readonly room: string;

  /** How many closing records are in the vault. */
  readonly records: number;

  /** What each command that fails says, in their order. */
  readonly told: readonly RegExp[];

  /** How many things the last closing record names as gone before it. @default none */
  readonly gone?: number;

  /** How much is left of the way to the suspect, in both accounts. @default nothing */
  readonly way?: number;
}

/** A way in which an open room is closed, or is meant to be, or comes to its end. */
export interface WayOfClosing {
  readonly steps: readonly Step[];

  /** How it is to end. */
  readonly ending: Ending;

  /** How the room is linked to its suspect. @default not at all */
  readonly link?: Link;

  /** What it is known to cost, where it takes something of a room that no closing record names. */
  readonly costs?: string;
}

const ALIAS = "aws:kms/alias:Alias";
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const CLAIM = "aws:ssm/parameter:Parameter";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const INSTANCE = "aws:ec2/instance:Instance";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const ROUTE = "aws:ec2/route:Route";
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
    return room.stage.account.change((account) => {
      // What is made side by side is there in either order: the first is that of the first snapshot.
      const sources = account.ofType("aws:ebs/snapshot:Snapshot").map(({ id }) => id);
      const place = ({ tags }: Entry) => sources.indexOf(tags[SOURCE_SNAPSHOT_TAG] ?? "");
      const [entry] = room
        .having(type)
        .filter(({ partOf }) => partOf === undefined)
        .sort((one, other) => place(one) - place(other))
        .flatMap(({ id }) => account.find(type, id) ?? []);
      if (entry !== undefined) {
        account.remove(entry);
        // An instance takes its attachments along, and a volume is detached before it is deleted.
        account
          .ofType(ATTACHMENT)
          .filter(({ properties: { instanceId, volumeId } }) =>
            [instanceId, volumeId].includes(entry.id),
          )
          .forEach((attachment) => account.remove(attachment));
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
const killed = (text: string, type: string, act: "create" | "delete" = "create"): Step => ({
  text,
  run: async (room) => {
    await room.stage.outside.plan({ effect: "held", act, type, number: 1 });
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

const ending =
  (room: string, count: number) =>
  (...told: readonly RegExp[]): Ending => ({ room, records: count, told });
const OPEN = ending("there, protected", 0);
const RECORDED = ending("there, protected", 1);
const RECORDED_TWICE = ending("there, protected", 2);
const GONE = ending("gone, the copies are left", 1);
const HELD = ending("there, and refuses to be destroyed", 0);
const NOT_CLOSED = /The room of INC-2026-0042 is not closed/;
const NO_ANSWER = /planned failure/;

const KEY_ENDED = "ended outside; the refusal has the commands that bring it back";
const DELETED = "deleted outside; it is not closed as if that had not been";

/** How many routes and rules, and a connection, lead to the suspect and back. */
const WHOLE = { peering: 6, "transit-gateway": 5 } as const;

/** How much of it is left where nobody is let into the other account: what is there, and what that needs. */
const WITHOUT_ROLE = { peering: 5, "transit-gateway": 5 } as const;

/** Something of the other account is deleted there. */
const goneThere = (text: string, types: readonly string[], id?: string): Step =>
  outside(text, (room) =>
    room.stage.members.of(OTHER_MEMBER_ACCOUNT).change((account) => {
      account
        .ofType(...types)
        .filter((entry) => id === undefined || entry.id === id)
        .forEach((entry) => account.remove(entry));
    }),
  );
const routesGone = goneThere("the suspect's route table deleted", [
  ROUTE,
  "aws:ec2/routeTable:RouteTable",
]);
const groupGone = goneThere("the isolation group deleted", [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:ec2/securityGroup:SecurityGroup",
]);
const roleGone = goneThere(
  "the member account's link role deleted",
  ["aws:iam/role:Role"],
  LINK_ROLE_NAME,
);
const roleBack = outside("the link role made again", ({ suspects }) =>
  suspects.setRole(LINK_ROLE_NAME, [], ROLE_PATH),
);
const connectionGone = outside("the link's connection deleted", async (room) => {
  for (const store of [room.stage.account, room.stage.members.of(OTHER_MEMBER_ACCOUNT)]) {
    await store.change((account) => {
      account.ofType(PEERING).forEach((entry) => account.remove(entry));
    });
  }
});
const detached = outside("the VPCs detached from the transit gateway", async (room) => {
  for (const store of [room.stage.account, room.stage.members.of(OTHER_MEMBER_ACCOUNT)]) {
    await store.change((account) => {
      account
        .ofType("aws:ec2transitgateway/vpcAttachment:VpcAttachment")
        .forEach((entry) => account.remove(entry));
    });
  }
});

/** Every way that was thought of. In a step `<name>` is a resource by its logical name. */
export const WAYS_OF_CLOSING: readonly WayOfClosing[] = [
  // In the order that README has, and in others.
  { steps: [closing, pulumi("preview"), destroy], ending: OPEN(NOT_CLOSED) },
  { steps: [closing, up, destroy], ending: RECORDED(NOT_CLOSED) },
  { steps: [closing, up, up], ending: ending("there, not protected", 1)() },
  { steps: [closing, up, up, destroy], ending: GONE() },
  { steps: [closing, destroy], ending: OPEN(NOT_CLOSED) },
  { steps: [closing, up, open, destroy], ending: RECORDED(NOT_CLOSED) },
  { steps: [closing, up, open, up, destroy], ending: RECORDED(NOT_CLOSED) },
  { steps: [closing, up, open, up, closing, up, destroy], ending: RECORDED_TWICE(NOT_CLOSED) },
  {
    steps: [closing, up, open, up, closing, up, up, destroy],
    ending: ending("gone, the copies are left", 2)(),
  },
  { steps: [closing, up, up, open, up, destroy], ending: RECORDED(NOT_CLOSED) },
  { steps: [closing, up, up, open, destroy], ending: GONE() },
  // The record is not written, or the command does not come to its end.
  { steps: [closing, refused, up, destroy], ending: OPEN(NO_ANSWER, NOT_CLOSED) },
  { steps: [closing, refused, up, open, destroy], ending: OPEN(NO_ANSWER, NOT_CLOSED) },
  { steps: [closing, refused, up, up, destroy], ending: RECORDED(NO_ANSWER, NOT_CLOSED) },
  {
    steps: [closing, refused, pulumi("up --continue-on-error"), destroy],
    ending: OPEN(NO_ANSWER, NOT_CLOSED),
  },
  { steps: [closing, pulumi("up --exclude **closing-record"), destroy], ending: OPEN(NOT_CLOSED) },
  {
    steps: [closing, pulumi("up --exclude **closing-record"), up, destroy],
    ending: RECORDED(NOT_CLOSED),
  },
  {
    steps: [closing, pulumi("up --target **closing-record"), destroy],
    ending: RECORDED(NOT_CLOSED),
  },
  { steps: [closing, pulumi("up --target **incident-key"), destroy], ending: OPEN(NOT_CLOSED) },
  {
    steps: [
      closing,
      killed("`up`, killed when the record is in the vault", OBJECT),
      pulumi("cancel"),
      destroy,
    ],
    ending: RECORDED(NOT_CLOSED),
  },
  {
    steps: [
      closing,
      killed("`up`, killed when the record is in the vault", OBJECT),
      pulumi("cancel"),
      up,
      destroy,
    ],
    ending: GONE(),
  },
  // What runs the program beside `up`.
  { steps: [closing, pulumi("destroy --run-program")], ending: OPEN(NOT_CLOSED) },
  { steps: [closing, pulumi("refresh --run-program"), destroy], ending: OPEN(NOT_CLOSED) },
  {
    steps: [closing, up, pulumi("refresh --run-program"), destroy],
    ending: ending("there, and refuses to be destroyed", 1)(NOT_CLOSED),
  },
  { steps: [closing, up, up, pulumi("destroy --run-program")], ending: GONE() },
  {
    steps: [
      pulumi("up --refresh"),
      closing,
      pulumi("up --refresh"),
      pulumi("up --refresh"),
      pulumi("destroy --refresh"),
    ],
    ending: GONE(),
  },
  { steps: [closing, up, pulumi("destroy --run-program")], ending: RECORDED(NOT_CLOSED) },
  // Settings that leave out what the room has.
  { steps: [noEvidence, closing, up, destroy], ending: OPEN(/line is gone/, NOT_CLOSED) },
  { steps: [lessEvidence, closing, up, destroy], ending: OPEN(/line is gone/, NOT_CLOSED) },
  { steps: [closing, up, noEvidence, up, destroy], ending: RECORDED(/line is gone/, NOT_CLOSED) },
  {
    steps: [closing, refused, up, noEvidence, up, destroy],
    ending: OPEN(NO_ANSWER, /line is gone/, NOT_CLOSED),
  },
  { steps: [noEvidence, up], ending: OPEN(/line is gone/) },
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
    ending: OPEN(/lock/, NOT_CLOSED),
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
    ending: OPEN(/pending|complete/, NOT_CLOSED),
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
    ending: RECORDED(/is not in the vault/, NOT_CLOSED),
  },
  // Ended outside.
  {
    steps: [keyState("the incident key disabled", "Disabled"), pulumi("refresh"), up],
    ending: ending("there, protected; incident key: 0 of 1", 0)(/aws kms enable-key/),
    costs: KEY_ENDED,
  },
  {
    steps: [
      keyState("the incident key's deletion scheduled", "PendingDeletion"),
      pulumi("refresh"),
      up,
    ],
    ending: ending(
      "there, and refuses to be destroyed; incident key: 0 of 1",
      0,
    )(/aws kms cancel-key-deletion/),
    costs: KEY_ENDED,
  },
  {
    steps: [
      keyState("the incident key's deletion scheduled", "PendingDeletion"),
      closing,
      up,
      destroy,
    ],
    ending: ending("there, protected; incident key: 0 of 1", 0)(
      /aws kms cancel-key-deletion/,
      NOT_CLOSED,
    ),
    costs: KEY_ENDED,
  },
  {
    steps: [removed("the slot's claim deleted", CLAIM), closing, up, destroy],
    ending: OPEN(/has lost its slot's claim.*pulumi refresh/, NOT_CLOSED),
  },
  {
    steps: [removed("the instance terminated", INSTANCE), pulumi("refresh"), closing, up, destroy],
    ending: { ...ending("there, protected; workstation: 0 of 1", 1)(NOT_CLOSED), gone: 1 },
  },
  {
    steps: [
      closing,
      up,
      removed("the instance terminated", INSTANCE),
      up,
      pulumi("refresh"),
      up,
      destroy,
    ],
    ending: GONE(/pulumi refresh/),
  },
  {
    steps: [
      removed("the slot's claim deleted", CLAIM),
      pulumi("refresh"),
      closing,
      up,
      up,
      destroy,
    ],
    ending: GONE(),
  },
  {
    steps: [removed("a working volume deleted", VOLUME), pulumi("refresh"), closing, up, destroy],
    ending: { ...ending("there, protected; working volumes: 1 of 2", 1)(NOT_CLOSED), gone: 1 },
  },
  {
    steps: [
      removed("a working volume deleted", VOLUME),
      closing,
      up,
      pulumi("refresh"),
      up,
      up,
      destroy,
    ],
    ending: { ...GONE(/pulumi refresh/), gone: 1 },
  },
  {
    steps: [
      removed("the instance terminated", INSTANCE),
      closing,
      up,
      pulumi("refresh"),
      up,
      destroy,
    ],
    ending: { ...GONE(), gone: 1 },
  },
  {
    steps: [
      outside("a working volume deleted, which was never hashed", async (room) => {
        await removed("", VOLUME).run(room);
        await room.stage.account.change((account) =>
          account
            .ofType(OBJECT)
            .filter(({ id }) => id.includes("/intake/"))
            .forEach((hash) => account.remove(hash)),
        );
      }),
      pulumi("refresh"),
      closing,
      up,
    ],
    ending: ending("there, protected; working volumes: 1 of 2", 0)(/is gone, and no hash of it/),
    costs: DELETED,
  },
  {
    steps: [removed("a preserved copy deleted", COPY), pulumi("refresh"), closing, up, destroy],
    ending: ending("there, protected; preserved copies: 1 of 2", 0)(
      /no preserved copy/,
      NOT_CLOSED,
    ),
    costs: DELETED,
  },
  {
    steps: [removed("the key's alias deleted", ALIAS), closing, up, destroy],
    ending: RECORDED(NOT_CLOSED),
  },
  // Ended outside, and looked for by up itself.
  ...(
    [
      [removed("the slot's claim deleted", CLAIM), OPEN()],
      [removed("the key's alias deleted", ALIAS), OPEN()],
      [removed("the instance terminated", INSTANCE), OPEN()],
      [removed("a working volume deleted", VOLUME), OPEN()],
      [removed("a preserved copy deleted", COPY), OPEN()],
    ] as const
  ).map(([happened, left]) => ({ steps: [happened, pulumi("up --refresh")], ending: left })),
  {
    steps: [keyState("the incident key disabled", "Disabled"), pulumi("up --refresh")],
    ending: ending("there, protected; incident key: 0 of 1", 0)(/aws kms enable-key/),
    costs: KEY_ENDED,
  },
  {
    steps: [
      keyState("the incident key's deletion scheduled", "PendingDeletion"),
      pulumi("up --refresh"),
    ],
    ending: ending(
      "there, and refuses to be destroyed; incident key: 0 of 1",
      0,
    )(/aws kms cancel-key-deletion/),
    costs: KEY_ENDED,
  },
  // Destroying an open room.
  { steps: [destroy], ending: OPEN(NOT_CLOSED) },
  { steps: [pulumi("destroy --skip-preview")], ending: OPEN(NOT_CLOSED) },
  { steps: [pulumi("destroy --skip-preview --continue-on-error")], ending: OPEN(NOT_CLOSED) },
  { steps: [pulumi("destroy --exclude-protected --skip-preview")], ending: OPEN(NOT_CLOSED) },
  {
    steps: [pulumi("destroy --target <incident-key> --target-dependents --skip-preview")],
    ending: OPEN(NOT_CLOSED),
  },
  {
    steps: [pulumi("destroy --target <workstation> --target-dependents")],
    ending: OPEN(NOT_CLOSED),
  },
  { steps: [pulumi("destroy --refresh")], ending: OPEN(NOT_CLOSED) },
  { steps: [pulumi("up --replace <workstation>")], ending: OPEN() },
  { steps: [pulumi("up --replace <incident-key>")], ending: OPEN(/marked for protection/) },
  // The state changed by hand.
  { steps: [pulumi("state unprotect --all"), destroy], ending: HELD(NOT_CLOSED) },
  {
    steps: [pulumi("state unprotect --all"), pulumi("destroy --run-program")],
    ending: HELD(NOT_CLOSED),
  },
  {
    steps: [pulumi("state unprotect --all"), pulumi("destroy --run-program --skip-preview")],
    ending: OPEN(NOT_CLOSED),
  },
  {
    steps: [
      pulumi("refresh"),
      pulumi("state unprotect --all"),
      pulumi("destroy --skip-preview --continue-on-error"),
    ],
    ending: HELD(NOT_CLOSED),
  },
  {
    steps: [closing, up, pulumi("state unprotect --all"), destroy],
    ending: ending("there, and refuses to be destroyed", 1)(NOT_CLOSED),
  },
  {
    steps: [
      pulumi("state delete <opening-record> --force"),
      pulumi("state unprotect --all"),
      destroy,
    ],
    ending: ending("there, not protected; working volumes: 0 of 2", 0)(/may not be terminated/),
    costs:
      "whoever takes apart by hand what holds the room has asked for it; EC2 keeps the workstation, and with it its key",
  },
  { steps: [pulumi("state unprotect --all"), up, destroy], ending: OPEN(NOT_CLOSED) },
  { steps: [pulumi("state unprotect <incident-key>"), destroy], ending: HELD(NOT_CLOSED) },
  { steps: [pulumi("state unprotect --all"), closing, destroy], ending: HELD(NOT_CLOSED) },
  {
    steps: [pulumi("state delete <workstation> --force --target-dependents"), up, closing, up],
    ending: RECORDED(),
  },
  {
    steps: [pulumi("stack rm --force --preserve-config"), pulumi("stack init"), up, destroy],
    ending: OPEN(NOT_CLOSED),
  },
  // A room that is linked to its suspect: what it has in the other account goes with it, or is told.
  ...(["peering", "transit-gateway"] as const).flatMap((link): WayOfClosing[] => [
    { link, steps: [closing, up, destroy], ending: { ...RECORDED(NOT_CLOSED), way: WHOLE[link] } },
    { link, steps: [closing, up, up, destroy], ending: GONE() },
    { link, steps: [destroy], ending: { ...OPEN(NOT_CLOSED), way: WHOLE[link] } },
    {
      link,
      steps: [
        closing,
        up,
        pulumi("stack rm --force --preserve-config"),
        pulumi("stack init"),
        up,
        up,
        destroy,
      ],
      ending: GONE(),
    },
    {
      link,
      steps: [
        closing,
        up,
        killed("`up` killed while the link's route is taken away", ROUTE, "delete"),
        pulumi("cancel"),
        up,
        destroy,
      ],
      ending: GONE(),
    },
    { link, steps: [routesGone, closing, up, up, destroy], ending: GONE() },
    { link, steps: [groupGone, closing, up, up, destroy], ending: GONE() },
    {
      link,
      steps: [closing, up, roleGone, up],
      ending: { ...ending("there, not protected", 1)(/suspect-link/), way: WITHOUT_ROLE[link] },
    },
    {
      link,
      steps: [closing, up, roleGone, up, roleBack, up, destroy],
      ending: GONE(/suspect-link/),
    },
    ...(link === "peering"
      ? [
          { link, steps: [connectionGone, closing, up, up, destroy], ending: GONE() },
          {
            link,
            steps: [connectionGone, pulumi("refresh"), closing, up, up, destroy],
            ending: GONE(),
          },
        ]
      : [{ link, steps: [detached, closing, up, up, destroy], ending: GONE() }]),
  ]),
];
