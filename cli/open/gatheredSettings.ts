import { basename } from "node:path";

import { Refusal } from "../../components/refusal";
import { asText, parseSettings, SettingsError } from "../../settings/parseSettings";
import { awsCredentials } from "../../stacks/awsCredentials";
import { requireLogin } from "../login";
import type { Person } from "../room/person";
import { projectConfig } from "../room/projectConfig";
import { RoomFile } from "../room/roomFile";
import { findSlotClaims } from "../room/slotClaims";
import type { Surroundings } from "../room/surroundings";
import { closingReasons, differences } from "./fileReasons";
import { findMember } from "./findMember";
import { type OpenOptions, settingsSaid } from "./openOptions";
import type { RoomBefore } from "./roomBefore";
import { type MissingValue, roomSettings, type RoomSettings, type Sources } from "./roomSettings";

const GROUP = "clean-room:isolationSecurityGroup";

/**
 * The settings of a room that is to be opened, right as far as the settings' own forms say; what nothing says is asked.
 *
 * @param lost Whether another room came first in the slot that was chosen before.
 * @throws Refusal with everything that speaks against the room
 */
export async function gatheredSettings(
  ticket: string,
  options: OpenOptions,
  around: Surroundings,
  before: RoomBefore,
  lost: boolean,
): Promise<RoomSettings> {
  const { stacks, stack, workspace, foundation, isDeployed } = before;
  const file = RoomFile.read(stacks.file(stack)).config;
  const project = projectConfig(await workspace.projectSettings());
  // Who calls is asked first, with the credentials that the room is deployed with.
  const credentials = awsCredentials(asText({ ...project, ...file }));
  const aws = around.aws({ region: foundation.region, credentials });
  await requireLogin(aws.sts, foundation.accountId);
  const person = around.person();
  let given = settingsSaid(options);
  const [claims, member] = await Promise.all([
    findSlotClaims(aws.ssm),
    findMember(before, {
      ticket: ticket,
      account: options.account,
      group: given["isolationSecurityGroup"] ?? file[GROUP] ?? project[GROUP],
      person,
    }),
  ]);
  const sources = (): Sources => ({
    ticket: ticket,
    given,
    file,
    project,
    foundation,
    claims,
    lost,
    member,
  });
  let settings = roomSettings(sources());
  if (person !== undefined) {
    for (const value of settings.missing) {
      const answer = await askFor(value, person);
      given = answer === undefined ? given : { ...given, [value.setting]: answer };
    }
    settings = roomSettings(sources());
  }
  const against = [
    ...closingReasons(ticket, file),
    ...(isDeployed ? differences(given, file, basename(stacks.file(stack))) : []),
    ...settings.reasons,
    ...settings.missing
      .filter(({ optional }) => !optional)
      .map(({ option, question, choices }) =>
        [
          `${question}: say it with ${option}`,
          ...(choices.length > 0 ? [`, one of ${choices.join(", ")}`] : []),
          ".",
        ].join(""),
      ),
    ...mistakesIn(settings, stack),
  ];
  if (against.length > 0) {
    throw new Refusal(`The room of ${ticket} is not opened; nothing was changed`, against);
  }
  return settings;
}

/** What the settings' own forms say against them. */
function mistakesIn({ config, missing }: RoomSettings, stack: string): readonly string[] {
  const told = new Set(missing.map(({ setting }) => `clean-room:${setting}`));
  try {
    parseSettings({ project: "clean-room", stack, values: asText(config) });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    // Of what is missing the option is told.
    return error.reasons.filter(
      (reason) =>
        !told.has(reason.split("\n")[0] ?? "") &&
        !/^clean-room:slot\n    found: +nothing/.test(reason),
    );
  }
}

async function askFor(
  { setting, question, choices, optional }: MissingValue,
  person: Person,
): Promise<unknown> {
  const among = choices.length > 0 ? ` (${choices.join(", ")})` : "";
  const answer = await person.ask(`${question}${among}: `);
  if (answer === "") {
    return optional ? [] : undefined;
  }
  return setting === "isolationSecurityGroup"
    ? answer
    : answer.split(",").map((each) => each.trim());
}
