// Pure: no I/O.

/** Whether the AWS CLI takes the text of a setting for `true`. */
export function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === "true";
}
