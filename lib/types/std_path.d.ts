// Types of the part of @std/path that is used here: the npm build carries none.
export declare function dirname(path: string): string;
