import { Refusal } from "../../components/refusal";

/** Programs that are started at the terminal, and where each comes from. */
const NEEDED = {
  aws: "the AWS CLI (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)",
  "session-manager-plugin":
    "its Session Manager plugin (https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html)",
} as const;

/**
 * @param heading What cannot be done without them.
 * @throws Refusal with where they come from, where some are not on the PATH.
 */
export function requirePrograms(
  heading: string,
  programs: readonly (keyof typeof NEEDED)[],
  has: (program: string) => boolean,
): void {
  const absent = programs.filter((program) => !has(program));
  if (absent.length > 0) {
    throw new Refusal(
      heading,
      absent.map((program) => `${program} is not on the PATH: install ${NEEDED[program]}.`),
    );
  }
}
