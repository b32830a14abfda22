import { lstatSync, readlinkSync, type Stats, statSync } from "node:fs";
import { errnoOf, WeftError } from "@weft/netaddr";

/**
 * Refuses the value of an option that is no directory and could not become one, in words that say what it is: a file, a link
 * that leads nowhere, one that this user may not look at. What is not there yet is fine.
 */
export function checkDirectoryPath(path: string, field: string): void {
  if (path === "") throw wrong("INVALID_ARGUMENT", field, "it is empty", "a directory");
  try {
    if (!statSync(path).isDirectory())
      throw wrong("INVALID_ARGUMENT", field, `${path} is a file`, "a directory");
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== "ENOENT") throw reasonOf(path, field, errno) ?? error;
    // Nothing is there yet, or the link that is there leads nowhere.
    if (!isLink(path)) return;
    const message = `${path} is a link to ${readlinkSync(path)}, which does not exist`;
    throw wrong("INVALID_ARGUMENT", field, message, "a directory");
  }
}

function reasonOf(path: string, field: string, errno: string): WeftError | undefined {
  const invalid = (what: string, expected: string) =>
    wrong("INVALID_ARGUMENT", field, `${path}: ${what}`, expected);
  switch (errno) {
    case "ENOTDIR":
      return invalid("a part of the path is a file", "a directory");
    case "ELOOP":
      return invalid("the links of the path lead in a circle", "a directory");
    case "ENAMETOOLONG":
      return invalid("the path is too long", "a shorter path");
    case "EACCES":
    case "EPERM":
      return wrong("PERMISSION_DENIED", field, `this user may not look at ${path}`, "root, or its owner");
    default:
      return undefined;
  }
}

function isLink(path: string): boolean {
  const found: Stats | undefined = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSymbolicLink() === true;
}

function wrong(
  code: "INVALID_ARGUMENT" | "PERMISSION_DENIED",
  field: string,
  message: string,
  expected: string,
): WeftError {
  return new WeftError(code, message, { field, expected });
}
