/**
 * Whether somebody, as STS names the caller (`arn:aws:sts::<account>:assumed-role/<name>/<session>`), works
 * as one of these roles. A caller's ARN has no path; but an account has a role's name once.
 *
 * @param roles ARNs of roles; a last `*` stands for any end.
 */
export function worksAs(caller: string, roles: readonly string[]): boolean {
  const [, , , , account, session = ""] = caller.split(":");
  const [kind, name = ""] = session.split("/");
  return (
    kind === "assumed-role" &&
    roles.some((arn) => {
      const role = arn.split("/").at(-1) ?? "";
      const named = role.endsWith("*") ? name.startsWith(role.slice(0, -1)) : name === role;
      return named && arn.split(":")[4] === account;
    })
  );
}
