import { Refusal } from "../../components/refusal";
import { reasonOf } from "../reasonOf";
import type { RoomStacks } from "../room/roomStacks";
import type { ProjectFile } from "./projectFile";
import { type PulumiLogin, pulumiLogin } from "./pulumiLogin";

/** What the CLI says of a login that there is not, and of one that has expired. */
const NO_LOGIN = /PULUMI_ACCESS_TOKEN must be set/;

/**
 * Stacks of the project that the backend has which is in use now: they would not be found any more. Whoever never logged
 * in anywhere has none; of a backend that does not answer, nobody knows it.
 *
 * @param url Of the backend that is to be.
 * @returns a sentence with what to do, or none.
 */
export async function stacksElsewhere(
  stacks: RoomStacks,
  project: ProjectFile,
  url: string,
): Promise<string[]> {
  if (project.backend === url) {
    return [];
  }
  const login = pulumiLogin(project.backend);
  try {
    const there = await stacks.list();
    const from = await nameOf(stacks, login?.url ?? "The backend in use");
    return there.length === 0 || placeOf(from) === placeOf(url)
      ? []
      : [
          moveThem(
            from,
            there.map(({ name }) => name),
            // Pulumi Cloud calls itself by its console's address, which no login takes.
            login ?? { url: from, giveUp: "pulumi logout" },
          ),
        ];
  } catch (error) {
    if (login === undefined && NO_LOGIN.test((error as Error).message)) {
      return [];
    }
    const why =
      error instanceof Refusal ? `${error.heading}: ${error.reasons.join(" ")}` : reasonOf(error);
    return [
      `Whether ${login?.url ?? "the backend in use"} has stacks of this project is not known, and they would not be found any more. ${why.replace(/[^.]$/, "$&.")}${
        login === undefined ? "" : ` If nothing is kept there: ${login.giveUp}, then this again.`
      }`,
    ];
  }
}

/**
 * How stacks are moved: what is in the old backend stays until all are in the new one, which is made between.
 *
 * Source: Pulumi's docs, "Migrating between state backends"; without `--preserve-config`, `stack rm` deletes their files.
 */
function moveThem(from: string, names: readonly string[], { url, giveUp }: PulumiLogin): string {
  const each = (command: (name: string) => string) => names.map(command).join("; ");
  return `${from} has ${names.length} stacks of this project (${names.join(", ")}): they would not be found any more. Move them while nobody deploys. First: ${each(
    (name) => `pulumi stack export --show-secrets --stack ${name} --file ${name}.json`,
  )}. Then ${giveUp}, and run this again. Then for each pulumi stack init as it is told at the end, with the stack's name, and: ${each(
    (name) => `pulumi stack import --stack ${name} --file ${name}.json`,
  )}. When all are there: ${each(
    (name) =>
      `PULUMI_BACKEND_URL='${url}' pulumi stack rm --force --preserve-config --yes --stack ${name}`,
  )}; and delete the files, in which secrets are plain.`;
}

/** What the CLI calls the backend in use; a name that it does not say hides no stack. */
async function nameOf(stacks: RoomStacks, otherwise: string): Promise<string> {
  const workspace = await stacks.workspace();
  return workspace.whoAmI().then(
    ({ url = otherwise }) => url,
    () => otherwise,
  );
}

/** The bucket and the folder in it: what follows is how it is asked. */
function placeOf(url: string): string {
  return url.replace(/\?.*$/, "").replace(/\/+$/, "");
}
