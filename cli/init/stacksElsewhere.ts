import { Refusal } from "../../components/refusal";
import { reasonOf } from "../reasonOf";
import type { RoomStacks } from "../room/roomStacks";
import type { ProjectFile } from "./projectFile";
import { pulumiLogin } from "./pulumiLogin";

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
    const [first] = there;
    return first === undefined || placeOf(from) === placeOf(url)
      ? []
      : [
          `${from} has ${there.length} stacks of this project (${first.name}): they would not be found any more. Move each: pulumi stack export --stack ${first.name} --file state.json; then, logged in to the new one (pulumi login '${url}'), pulumi stack init ${first.name} and pulumi stack import --stack ${first.name} --file state.json; then remove it from the old one: pulumi stack rm --force.`,
        ];
  } catch (error) {
    if (login === undefined && NO_LOGIN.test((error as Error).message)) {
      return [];
    }
    const why =
      error instanceof Refusal ? `${error.heading}: ${error.reasons.join(" ")}` : reasonOf(error);
    return [
      `Whether ${login?.url ?? "the backend in use"} has stacks of this project is not known, and they would not be found any more. ${why}${
        login === undefined ? "" : ` If nothing is kept there: ${login.giveUp}, then this again.`
      }`,
    ];
  }
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
